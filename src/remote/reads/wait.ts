import { shellQuote, shellWords } from '../../lib/shell.ts';
import { TaskFailure } from '../../module/plan.ts';
import type { WaitAnswer, WaitCondition } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';

const SPARE_SECONDS = 10;

const TCP_STATES: Record<string, string> = {
  ESTABLISHED: '01',
  SYN_SENT: '02',
  SYN_RECV: '03',
  FIN_WAIT1: '04',
  FIN_WAIT2: '05',
  TIME_WAIT: '06',
};

/*
 * Perl, since Debian's perl-base is always there and a shell has neither sockets nor these regular expressions.
 * Prints: 'met' or 'not', the elapsed seconds, then `number=group` and `name=group`, each ended by NUL.
 * /proc/net/tcp writes addresses as hex of each 32-bit word in the machine's own byte order.
 */
const PROGRAM = String.raw`use strict; use Socket qw(:addrinfo SOCK_STREAM AF_INET inet_ntop inet_pton);
my ($kind, $state, $host, $port, $path, $re, $states, $exclude, $delay, $sleep, $timeout, $connect) = @ARGV;
my $start = time; my ($met, @groups, %named);
sub answer { print $_[0], "\0", time - $start, "\0", @_[1 .. $#_]; exit 0 }
my $regex = $re eq '' ? undef : eval { qr/$re/m };
answer('bad', "$@\0") if $re ne '' && !$regex;
sub found {
  return 1 unless $regex;
  return 0 unless $_[0] =~ $regex;
  @groups = map { defined $-[$_] ? substr($_[0], $-[$_], $+[$_] - $-[$_]) : '' } 1 .. $#+;
  %named = %+;
  1;
}
sub addresses { my ($e, @a) = getaddrinfo($_[0], $_[1], { socktype => SOCK_STREAM }); $e ? () : @a }
sub reachable {
  my $end = $start + $timeout;
  for my $a (addresses($host, $port)) {
    my $s; socket($s, $a->{family}, $a->{socktype}, $a->{protocol}) or next;
    my $said = ''; my $ok = 0;
    eval {
      local $SIG{ALRM} = sub { die };
      alarm($connect > 1 ? $connect : 1);
      connect($s, $a->{addr}) or die;
      alarm 0;
      $ok = found('') unless $regex;
      while (!$ok && $regex && time < $end) {
        my $r = ''; vec($r, fileno $s, 1) = 1;
        next unless select($r, undef, undef, $end - time);
        sysread($s, $said, 4096, length $said) or last;
        $ok = found($said);
      }
    };
    alarm 0; close $s;
    return 1 if $ok;
  }
  0;
}
sub present {
  return 0 unless -e $path;
  return 1 unless $regex;
  open my $f, '<', $path or return 0;
  local $/; my $text = <$f>;
  found(defined $text ? $text : '');
}
sub hex_of {
  my %h;
  for my $a (addresses($_[0], 80)) {
    if ($a->{family} == AF_INET) {
      my $n = sprintf '%08X', unpack 'L', (Socket::unpack_sockaddr_in($a->{addr}))[1];
      $h{$n} = 1; $h{sprintf('%024s', '') . $n} = 1; $h{'0000000000000000FFFF0000' . $n} = 1;
    } else { $h{join '', map { sprintf '%08X', $_ } unpack 'L4', (Socket::unpack_sockaddr_in6($a->{addr}))[1]} = 1 }
  }
  \%h;
}
my ($mine, %not, %count);
if ($kind eq 'drained') {
  $mine = hex_of($host); $count{$_} = 1 for split /,/, $states;
  for my $h (split /,/, $exclude) { $not{$_} = 1 for keys %{ hex_of($h) } }
}
sub drained {
  my $p = sprintf '%04X', $port;
  my $any = $mine->{'00000000'} || $mine->{'0' x 32};
  for my $file ('/proc/net/tcp', '/proc/net/tcp6') {
    open my $f, '<', $file or next; <$f>;
    while (<$f>) {
      my (undef, $l, $r, $st) = split;
      my ($la, $lp) = split /:/, $l; my ($ra) = split /:/, $r;
      return 0 if $lp eq $p && $count{$st} && !$not{$ra} && ($any || $mine->{$la});
    }
  }
  1;
}
sleep $delay if $delay;
if ($kind eq 'time') { select undef, undef, undef, $timeout; answer('met') }
while (time < $start + $timeout) {
  my $is = $kind eq 'drained' ? drained() : $kind eq 'path' ? present() : reachable();
  if ($kind eq 'drained' || $state eq 'present' ? $is : !$is) { $met = 1; last }
  select undef, undef, undef, $sleep;
}
answer($met ? 'met' : 'not', (map { "$_=$groups[$_ - 1]\0" } 1 .. @groups), map { "$_=$named{$_}\0" } sort keys %named);`;

/** Waits on the host itself, in one process. Not met when the time is over is an answer, no error. */
export const wait = definePrimitive('wait', {
  script: (asked) =>
    `perl -e ${shellQuote(PROGRAM)} -- ${asked.slice(0, 1).map((one) => shellWords(words(one)))}`,
  parse({ rc, stdout, stderr }, asked) {
    const answer = rc === 0 ? waitAnswer(stdout.toString()) : cannotWait(rc, stderr.toString());
    return asked.map(() => answer);
  },
  alone: ({ delay, timeout, sleep, connectTimeout }) => ({
    seconds: delay + timeout + sleep + connectTimeout + SPARE_SECONDS,
  }),
});

function words(of: WaitCondition): string[] {
  const states = (of.connectionStates ?? []).map((name) => TCP_STATES[name] ?? name).join(',');
  const exclude = (of.excludeHosts ?? []).join(',');
  const texts = [of.kind, of.state, of.host, of.port, of.path, of.searchRegex, states, exclude];
  const numbers = [of.delay, of.sleep, of.timeout, of.connectTimeout];
  return [...texts, ...numbers].map((value) => String(value ?? ''));
}

function waitAnswer(text: string): WaitAnswer {
  const [met, elapsed, ...groups] = text.split('\0').slice(0, -1);
  const seconds = Number(elapsed);
  if (met === 'bad') {
    return {
      met: false,
      elapsed: seconds,
      groups: [],
      namedGroups: {},
      problem: `bad regular expression: ${groups[0]}`,
    };
  }
  const pairs = groups.map(
    (text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const,
  );
  return {
    met: met === 'met',
    elapsed: seconds,
    groups: pairs.filter(([key]) => /^\d/.test(key)).map(([, group]) => group),
    namedGroups: Object.fromEntries(pairs.filter(([key]) => !/^\d/.test(key))),
  };
}

function cannotWait(rc: number, stderr: string): TaskFailure {
  if (rc === 127)
    return new TaskFailure('the host has no perl, which waiting needs: install the package perl-base');
  return new TaskFailure(`waiting failed on the host: ${stderr.trim() || `exit code ${rc}`}`);
}
