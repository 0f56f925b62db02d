//! Bytes become text: UTF-8, or UTF-16 that says so. What is neither is refused rather than guessed:
//! a wrong guess would answer customers with garbage.

use super::Unreadable;

pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest)?,
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        other => utf8(other)?,
    };
    if text.contains('\0') {
        return Err(Unreadable::Binary);
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn utf8(bytes: &[u8]) -> Result<String, Unreadable> {
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned).map_err(|error| Unreadable::Encoding(error.valid_up_to()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Unreadable> {
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Unreadable::Encoding(bytes.len()));
    }
    let mut text = String::with_capacity(bytes.len());
    for (number, c) in char::decode_utf16(units.iter().map(|pair| unit(*pair))).enumerate() {
        text.push(c.map_err(|_| Unreadable::Encoding(number.saturating_mul(2)))?);
    }
    Ok(text)
}
