import os

from flask import Flask

application = Flask(__name__)
application.config.from_pyfile(os.path.join('/srv/hello/instance', 'settings.py'))


@application.route('/')
def greet():
    return application.config['GREETING']
