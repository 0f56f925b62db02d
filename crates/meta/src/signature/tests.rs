//! Known digests, each way to be refused, and that any flipped bit is noticed.

use proptest::prelude::*;

use super::*;

const SECRET: &[u8] = b"app-secret";
const BODY: &[u8] = br#"{"object":"page","entry":[]}"#;

#[test]
fn the_digest_is_hmac_sha256_in_lower_case_hex() {
    // RFC 4231, test case 2.
    assert_eq!(
        sign(b"Jefe", b"what do ya want for nothing?"),
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    // RFC 2202, test case 2.
    assert_eq!(
        sign_legacy(b"Jefe", b"what do ya want for nothing?"),
        "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    );
    assert_eq!(
        appsecret_proof("what do ya want for nothing?", "Jefe"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn either_secret_verifies_while_they_rotate() {
    let header = sign(SECRET, BODY);
    let tried = |secrets: &[&[u8]]| verify(Some(&header), None, BODY, secrets);
    assert_eq!(tried(&[SECRET]), Ok(()));
    assert_eq!(tried(&[b"older", SECRET]), Ok(()));
    assert_eq!(tried(&[SECRET, b"newer"]), Ok(()));
    assert_eq!(tried(&[b"older"]), Err(Unverified::Mismatch));
    assert_eq!(tried(&[]), Err(Unverified::Mismatch));
}

#[test]
fn each_fault_has_its_name() {
    let secrets: &[&[u8]] = &[SECRET];
    let of = |header, legacy| verify(header, legacy, BODY, secrets);
    assert_eq!(of(None, None), Err(Unverified::Missing));
    assert_eq!(of(Some("  "), None), Err(Unverified::Missing));
    assert_eq!(of(None, Some("sha1=00")), Err(Unverified::LegacyOnly));
    assert_eq!(of(Some("sha1=00"), None), Err(Unverified::LegacyOnly));
    assert_eq!(of(Some("sha256=00"), None), Err(Unverified::Malformed));
    assert_eq!(of(Some("sha256=zz"), None), Err(Unverified::Malformed));
    assert_eq!(of(Some("nonsense"), None), Err(Unverified::Malformed));
    let other = sign(SECRET, b"another body");
    assert_eq!(of(Some(&other), None), Err(Unverified::Mismatch));
}

#[test]
fn a_signed_request_gives_its_payload() {
    let field = make_signed_request(r#"{"algorithm":"HMAC-SHA256","user_id":"7"}"#, SECRET);
    let told = signed_request(&field, &[SECRET]).unwrap();
    assert_eq!(told.user_id, "7");
    assert_eq!(signed_request(&field, &[b"other", SECRET]), Ok(told));
    assert_eq!(signed_request(&field, &[b"other"]), Err(BadSignedRequest::Mismatch));
    assert_eq!(signed_request("nodot", &[SECRET]), Err(BadSignedRequest::Malformed));
    assert_eq!(signed_request("!.!", &[SECRET]), Err(BadSignedRequest::Malformed));
    let list = make_signed_request("[]", SECRET);
    assert_eq!(signed_request(&list, &[SECRET]), Err(BadSignedRequest::NotJson));
}

#[test]
fn a_signed_request_may_be_padded_and_its_id_a_number() {
    let payload = base64::engine::general_purpose::URL_SAFE
        .encode(r#"{"algorithm":"hmac-sha256", "user_id":7}"#);
    assert!(payload.ends_with('='), "the padding is what this is about");
    let mac = hmac_sha256(SECRET, payload.as_bytes());
    let mac = base64::engine::general_purpose::URL_SAFE.encode(mac);
    let told = signed_request(&format!("{mac}.{payload}"), &[SECRET]).unwrap();
    assert_eq!(told.user_id, "7");
}

#[test]
fn a_signed_request_names_its_algorithm_and_its_person() {
    let of = |payload| signed_request(&make_signed_request(payload, SECRET), &[SECRET]);
    assert_eq!(of(r#"{"user_id":"7"}"#), Err(BadSignedRequest::Algorithm));
    let other = r#"{"algorithm":"none","user_id":"7"}"#;
    assert_eq!(of(other), Err(BadSignedRequest::Algorithm));
    assert_eq!(of(r#"{"algorithm":"HMAC-SHA256"}"#), Err(BadSignedRequest::Nobody));
    let empty = r#"{"algorithm":"HMAC-SHA256","user_id":""}"#;
    assert_eq!(of(empty), Err(BadSignedRequest::Nobody));
}

proptest! {
    #[test]
    fn what_we_sign_verifies(secret: Vec<u8>, body: Vec<u8>) {
        prop_assert_eq!(verify(Some(&sign(&secret, &body)), None, &body, &[&secret]), Ok(()));
    }

    #[test]
    fn a_flipped_bit_of_the_body_is_noticed(
        secret: Vec<u8>,
        mut body in prop::collection::vec(any::<u8>(), 1..200),
        at: prop::sample::Index,
        bit in 0..8_u8,
    ) {
        let header = sign(&secret, &body);
        let at = at.index(body.len());
        body[at] ^= 1 << bit;
        prop_assert_eq!(
            verify(Some(&header), None, &body, &[&secret]),
            Err(Unverified::Mismatch)
        );
    }

    #[test]
    fn a_flipped_bit_of_the_signature_is_noticed(
        secret: Vec<u8>,
        body: Vec<u8>,
        at in 0..32_usize,
        bit in 0..8_u8,
    ) {
        let mut digest = hmac_sha256(&secret, &body);
        digest[at] ^= 1 << bit;
        let header = format!("sha256={}", hex::encode(digest));
        prop_assert_eq!(
            verify(Some(&header), None, &body, &[&secret]),
            Err(Unverified::Mismatch)
        );
    }
}
