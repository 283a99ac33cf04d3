import {
  isAssignedKey,
  isAssignedPassword,
  isHeaderCredential,
  isLiteralEqualsValue,
  isLiteralLastWord,
  isQuotedPassword,
  isToldPassword,
  isUrlPassword,
  isUserPassword,
} from './assigned-value.ts'
import { isCardNumber } from './card-number.ts'
import { isEmailAddress } from './email-address.ts'
import { isIban } from './iban.ts'
import { isHardwareAddress, isIpv6Host, isPrivateIpv4, isPublicIpv4 } from './ip-address.ts'
import {
  isInternationalPhone,
  isLabelledPhone,
  isMobilePhone,
  isNanpPhone,
  isTrunkPhone,
} from './phone-number.ts'
import { isRoleChange } from './role-change.ts'
import { hasKeyBody, hasTokenChecksum, isJwt, isNotCrossedOut, looksRandom } from './token-checks.ts'
import { isItin, isSsn } from './us-identifiers.ts'

/**
 * The checks that a pack may name, as `validator` (a match that fails is none) or as `evidence` (a match
 * that passes gets the confidence of evidence). Each depends on the matched text only and is linear in it.
 */
export const VALIDATORS: Readonly<Record<string, (text: string) => boolean>> = {
  'assigned-key': isAssignedKey,
  'assigned-password': isAssignedPassword,
  card: isCardNumber,
  email: isEmailAddress,
  'hardware-address': isHardwareAddress,
  'header-credential': isHeaderCredential,
  iban: isIban,
  ipv4: isPublicIpv4,
  'ipv4-private': isPrivateIpv4,
  ipv6: isIpv6Host,
  itin: isItin,
  jwt: isJwt,
  'key-body': hasKeyBody,
  'literal-equals-value': isLiteralEqualsValue,
  'literal-last-word': isLiteralLastWord,
  'not-crossed-out': isNotCrossedOut,
  'phone-international': isInternationalPhone,
  'phone-labelled': isLabelledPhone,
  'phone-mobile': isMobilePhone,
  'phone-nanp': isNanpPhone,
  'phone-trunk': isTrunkPhone,
  'quoted-password': isQuotedPassword,
  random: looksRandom,
  'role-change': isRoleChange,
  ssn: isSsn,
  'told-password': isToldPassword,
  'token-checksum': hasTokenChecksum,
  'url-password': isUrlPassword,
  'user-password': isUserPassword,
}
