const HONOURED = new Set(
  `addressfamily bindaddress ciphers connectionattempts connecttimeout forwardagent globalknownhostsfile hashknownhosts
  hostkeyalgorithms hostkeyalias hostname identitiesonly identityagent identityfile kbdinteractiveauthentication
  challengeresponseauthentication kexalgorithms macs passwordauthentication port preferredauthentications proxycommand proxyjump
  pubkeyauthentication serveralivecountmax serveraliveinterval stricthostkeychecking user userknownhostsfile`.split(
    /\s+/,
  ),
);

/** Directives that mean nothing to a connection that only runs programs, or that cannot make it less safe. */
const HARMLESS = new Set(
  `addkeystoagent batchmode casignaturealgorithms checkhostip clearallforwardings compression controlmaster controlpath controlpersist
  enableescapecommandline escapechar exitonforwardfailure fingerprinthash forkafterauthentication forwardx11
  forwardx11timeout forwardx11trusted gatewayports gssapiauthentication gssapidelegatecredentials
  gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey gssapitrustdns hostbasedacceptedalgorithms hostbasedauthentication ignoreunknown
  ipqos localcommand localforward loglevel logverbose nohostauthenticationforlocalhost numberofpasswordprompts
  obscurekeystroketiming permitlocalcommand permitremoteopen rekeylimit remotecommand remoteforward requesttty
  sendenv sessiontype setenv stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility tag tcpkeepalive
  tunnel tunneldevice updatehostkeys usekeychain visualhostkey xauthlocation`.split(/\s+/),
);

/** Whether a directive of ssh_config (in lower case) is followed, or makes no difference here. */
export function isHonoured(keyword: string): boolean {
  return HONOURED.has(keyword) || HARMLESS.has(keyword);
}
