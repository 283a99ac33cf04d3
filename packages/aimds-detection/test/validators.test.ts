import { describe, expect, it } from 'vitest'
import { isCardNumber } from '../src/lib/card-number.ts'
import { isIban } from '../src/lib/iban.ts'
import { isPublicIpv4, parseIpv6 } from '../src/lib/ip-address.ts'
import { isInternationalPhone, isNanpPhone, isTrunkPhone } from '../src/lib/phone-number.ts'
import { isJwt } from '../src/lib/token-checks.ts'
import { isSsn } from '../src/lib/us-identifiers.ts'

describe('isCardNumber', () => {
  // Test numbers that the card networks and payment services publish.
  it.each([
    '378282246310005',
    '371449635398431',
    '5555555555554444',
    '5105105105105100',
    '2223003122003222',
    '4242424242424242',
    '6011111111111117',
    '3056930009020004',
    '3566002020360505',
    '6200000000000005',
  ])('takes the published test number %s', (number) => {
    expect(isCardNumber(number)).toBe(true)
  })

  it.each(['4242424242424241', '0000000000000000', '42424242424242', '9999999999999995'])(
    'refuses %s',
    (number) => {
      expect(isCardNumber(number)).toBe(false)
    },
  )
})

describe('isIban', () => {
  // Examples of the SWIFT IBAN Registry.
  it.each([
    'GB29NWBK60161331926819',
    'DE89370400440532013000',
    'FR1420041010050500013M02606',
    'NO9386011117947',
    'MT84MALT011000012345MTLCAST001S',
    'CH93 0076 2011 6238 5295 7',
  ])('takes %s', (text) => {
    expect(isIban(text)).toBe(true)
  })

  it.each(['GB29NWBK60161331926818', 'DE8937040044053201300', 'ZZ29NWBK60161331926819'])(
    'refuses %s',
    (text) => {
      expect(isIban(text)).toBe(false)
    },
  )
})

describe('parseIpv6', () => {
  // Text forms of RFC 4291 section 2.2.
  it.each([
    ['2001:DB8:0:0:8:800:200C:417A', [0x2001, 0xdb8, 0, 0, 8, 0x800, 0x200c, 0x417a]],
    ['2001:DB8::8:800:200C:417A', [0x2001, 0xdb8, 0, 0, 8, 0x800, 0x200c, 0x417a]],
    ['FF01::101', [0xff01, 0, 0, 0, 0, 0, 0, 0x101]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::FFFF:129.144.52.38', [0, 0, 0, 0, 0, 0xffff, 0x8190, 0x3426]],
  ])('reads %s', (text, groups) => {
    expect(parseIpv6(text)).toEqual(groups)
  })

  it.each([
    '1:2:3:4:5:6:7',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '::256.1.1.1',
    '1:2:3:4:5:6:7::8:9',
    'g::',
  ])('refuses %s', (text) => {
    expect(parseIpv6(text)).toBeUndefined()
  })
})

describe('isPublicIpv4', () => {
  it.each([
    ['8.8.8.8', true],
    ['010.8.8.8', false],
    ['256.8.8.8', false],
    ['10.1.2.3', false],
    ['127.0.0.1', false],
    ['255.255.255.0', false],
  ])('of %s is %s', (text, expected) => {
    expect(isPublicIpv4(text)).toBe(expected)
  })
})

describe('isInternationalPhone', () => {
  // Numbers that regulators set aside for drama and documentation.
  it.each([
    '+44 20 7946 0958',
    '+1 (202) 555-0143',
    '+33 1 99 00 12 34',
    '+61 491 570 006',
    '0049 30 23125 001',
  ])('takes %s', (text) => {
    expect(isInternationalPhone(text)).toBe(true)
  })

  it.each(['+1 123 555 0143', '+999 123 456 789', '+44 123', '+1 (202 555-0143', '+33 111111111'])(
    'refuses %s',
    (text) => {
      expect(isInternationalPhone(text)).toBe(false)
    },
  )
})

describe('isNanpPhone', () => {
  it.each([
    ['202-555-0143', true],
    ['1-202-555-0143', true],
    ['211-555-0143', false],
    ['202-411-0143', false],
    ['290-555-0143', false],
  ])('of %s is %s', (text, expected) => {
    expect(isNanpPhone(text)).toBe(expected)
  })
})

describe('isTrunkPhone', () => {
  it.each([
    ['020 7946 0958', true],
    ['01.02.2024 12', false],
    ['0 5 3 2 1 2 3 4 5', false],
  ])('of %s is %s', (text, expected) => {
    expect(isTrunkPhone(text)).toBe(expected)
  })
})

describe('isSsn', () => {
  it.each([
    ['123-45-6789', true],
    ['000-45-6789', false],
    ['666-45-6789', false],
    ['900-45-6789', false],
    ['123-00-6789', false],
    ['123-45-0000', false],
    ['123-45.6789', false],
  ])('of %s is %s', (text, expected) => {
    expect(isSsn(text)).toBe(expected)
  })
})

describe('isJwt', () => {
  // The header of RFC 7515 appendix A.1.
  it('takes a header that names its algorithm', () => {
    expect(isJwt('eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.e30')).toBe(true)
  })

  it.each(['eyJ0eXAiOiJKV1QifQ.e30', 'eyJhbGciOiJIUzI1NiJ.e30', 'bm90IGpzb24.e30'])('refuses %s', (text) => {
    expect(isJwt(text)).toBe(false)
  })
})
