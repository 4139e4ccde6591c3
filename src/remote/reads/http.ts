import { CURL_ARGV, curlConfig, parseCurl } from '../../lib/curl.ts';
import { shellWords } from '../../lib/shell.ts';
import { TaskFailure } from '../../module/plan.ts';
import { definePrimitive } from '../primitive.ts';

// curl keeps the request's own limit; the frame's is a little longer, to hear what curl says.
const SPARE_SECONDS = 5;

/** One request by the host's curl. Passwords, headers and bodies travel on standard input. */
export const http = definePrimitive('http', {
  script: () => shellWords(CURL_ARGV),
  stdin: ([request]) => (request ? Buffer.from(curlConfig(request)) : undefined),
  parse({ rc, stdout, stderr }, asked) {
    if (rc === 127) {
      const missing = new TaskFailure(
        'the host has no curl, and requests are made with it: install the package curl',
      );
      return asked.map(() => missing);
    }
    const answer = parseCurl(stdout, stderr.toString());
    return asked.map(() => answer);
  },
  alone: ({ seconds }) => ({ seconds: seconds + SPARE_SECONDS }),
});
