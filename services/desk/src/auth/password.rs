//! Passwords: Argon2id with OWASP's parameters (m = 46 MiB, t = 1, p = 1; the "Password Storage
//! Cheat Sheet" of 2025). The parameters travel in the hash, so that they can be raised later.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

/// Memory for one hash, in KiB.
const MEMORY_KIB: u32 = 46 * 1024;

/// The shortest password that is accepted, in characters (NIST SP 800-63B asks for 8 at least).
pub(crate) const SHORTEST: usize = 10;

/// The longest, in bytes: hashing must stay cheap for what anyone can send.
pub(crate) const LONGEST: usize = 256;

/// Why a password cannot be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// It is too short or too long.
    #[error(
        "a password has {SHORTEST} characters at least and {LONGEST} bytes at most; choose another"
    )]
    Length,
    /// The system has no memory or no randomness for it, or a stored hash is damaged.
    #[error("the password could not be hashed: {0}; try again")]
    Failed(String),
}

/// Hashes a password for `store::users::add`; takes some 50 ms and 46 MiB. Blocks.
///
/// # Errors
/// [`HashError`].
pub fn hash_password(password: &str) -> Result<String, HashError> {
    if password.chars().count() < SHORTEST || password.len() > LONGEST {
        return Err(HashError::Length);
    }
    hash(password)
}

/// Whether the password is the one that was hashed. Blocks.
pub(crate) fn verify(password: &str, hash: &str) -> Result<bool, HashError> {
    let hash = PasswordHash::new(hash).map_err(|error| HashError::Failed(error.to_string()))?;
    Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
}

/// A hash that takes as long to check as any and that nothing fits: for addresses not known.
pub(crate) fn decoy() -> Result<String, HashError> {
    hash(&super::token::draw())
}

fn hash(password: &str) -> Result<String, HashError> {
    let hash = argon2()?.hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| HashError::Failed(error.to_string()))
}

fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, 1, 1, None);
    let params = params.map_err(|error| HashError::Failed(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_fits() {
        let hash = hash_password("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        assert!(verify("correct horse battery", &hash).unwrap());
        assert!(!verify("correct horse batterz", &hash).unwrap());
        assert!(!verify("correct horse battery", &decoy().unwrap()).unwrap());
    }

    #[test]
    fn short_and_huge_passwords_are_refused() {
        assert!(matches!(hash_password("123456789"), Err(HashError::Length)));
        assert!(matches!(hash_password(&"x".repeat(257)), Err(HashError::Length)));
    }
}
