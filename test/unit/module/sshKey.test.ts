import { expect, it } from 'vitest';
import { fingerprint } from '../../../src/module/user/sshKey.ts';

it.each([
  [
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCTzlMdAbQrAdpuGQFsrrhSMURztnue+wzvlhMNt54vCkeBm1ZHOql7fb/WzCIAAyaP8jdR9kjXAoD7amz6Ql49bk2XR0CdMUKyyeQ7HiHj0bljAEXkTJuA+MoAdxk4ayrs6RwejEeDHpwjiw43LGzIq7T5CvxbIxEPzqcpEIiVL0cy/5PDHlAS+VxB9egb38MA0gtVu/yfIkP7RxJXg76vQIa2wTo9e/hFMespaJi++HZ3OsRDydo9kRVqjdsgYMxSfmsHw66BxxR1A8ctRx/i7LW+PVGUjczdlUvbO4yegprOGHnEwQl/B+NP524a2DPt5DlmOngEiNJzU3jLQK61 a b',
    '2048 SHA256:B78LrTCTDIDUp13dgKuiBzknax0WwXoy0gedpBWW+n0 a b (RSA)',
  ],
  [
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDARzoOMF1qc9pF6NAZV5oQvOwesFRyd6W2dhbPwt7jm x',
    '256 SHA256:gVgxZZLu0CAWgtRI+HPIC79hTYJpoK9ej81XciVKvFQ x (ED25519)',
  ],
  [
    'ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBM/k6RnNhJO1RJ8ZoymzNQVUK114KJlqN1i+Ia3x6zixVp1vgS6sKJctLI5YQ/ARwmnopVeOn1PD+GBE83upeipcJQT/k5nVSRa3ID4LuuXjazVh7+7WEp8qgMAjST2W7w== ',
    '384 SHA256:ZM48JIDVUn9myHxV7P7woijew8+HCpo+KqFPcz8apfw no comment (ECDSA)',
  ],
])('shows the fingerprint of %s as ssh-keygen does', (key, shown) => {
  expect(fingerprint(key)).toBe(shown);
});
