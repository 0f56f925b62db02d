//! Account linking: the address that Meta wants a customer sent back to after logging in.
//!
//! Meta opens our page with a `redirect_uri` that usually has a query of its own. With an
//! `authorization_code` added it means "this is who they are", without one "they did not log in".
//! Anyone can open our page with any `redirect_uri`, so it must lead to Meta: else the page would
//! hand codes to strangers. (Messenger Platform, "Account Linking")

use std::fmt::Write as _;

use url::{Host, Url};

/// What the code is called in the query.
const CODE: &str = "authorization_code";

/// Addresses longer than this are none of Meta's.
const LONGEST: usize = 2_000;

/// Why an address is not one to send a customer to. For our own log: who opened the page reads one
/// sentence for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRedirect {
    /// It is no web address, or a very long one, or has a name and password in it.
    #[error("the redirect_uri is not a plain web address")]
    Malformed,
    /// It leads to a host that is not Meta's.
    #[error("the redirect_uri does not lead to a host that linking.redirect_hosts names")]
    ForeignHost,
    /// It is not https.
    #[error("the redirect_uri is not https")]
    Unencrypted,
    /// Somebody put a code into it beforehand.
    #[error("the redirect_uri has an authorization_code already")]
    HasCode,
}

/// An address of Meta's that a customer goes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectUri(Url);

impl RedirectUri {
    /// Checks an address: https, on one of the hosts or below one, at its usual port. Hosts of this
    /// machine itself, if they are named, may use http and any port: only a simulator is there.
    ///
    /// # Errors
    /// [`BadRedirect`].
    pub fn parse<H: AsRef<str>>(text: &str, hosts: &[H]) -> Result<Self, BadRedirect> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= LONGEST);
        let url = url.ok_or(BadRedirect::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() || !url.has_host() {
            return Err(BadRedirect::Malformed);
        }
        if !hosts.iter().any(|host| is_below(&url, host.as_ref())) {
            return Err(BadRedirect::ForeignHost);
        }
        if !is_local(&url) && (url.scheme() != "https" || url.port().is_some()) {
            return Err(BadRedirect::Unencrypted);
        }
        if url.query_pairs().any(|(name, _)| name == CODE) {
            return Err(BadRedirect::HasCode);
        }
        Ok(Self(url))
    }

    /// The address that says "this is who they are". What the query had stays byte for byte.
    #[must_use]
    pub fn with_code(&self, code: &str) -> String {
        let mut url = self.0.clone();
        let mut query = url.query().map(str::to_owned).unwrap_or_default();
        if !query.is_empty() && !query.ends_with('&') {
            query.push('&');
        }
        // Writing to a text cannot fail.
        let _ = write!(query, "{CODE}={}", encode(code));
        url.set_query(Some(&query));
        url.into()
    }

    /// The address that says "they did not log in".
    #[must_use]
    pub fn without_code(&self) -> String {
        self.0.clone().into()
    }
}

fn is_below(url: &Url, host: &str) -> bool {
    let Some(found) = url.host_str() else { return false };
    let host = host.trim_matches('.');
    found.eq_ignore_ascii_case(host)
        || (matches!(url.host(), Some(Host::Domain(_)))
            && found.len() > host.len()
            && found.to_ascii_lowercase().ends_with(&format!(".{}", host.to_ascii_lowercase())))
}

/// Whether the host is this machine, as far as that can be said without a look-up.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn encode(code: &str) -> String {
    url::form_urlencoded::byte_serialize(code.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOSTS: &[&str] = &["facebook.com", "messenger.com", "127.0.0.1"];
    const META: &str = "https://www.facebook.com/messenger_platform/account_linking/";

    fn parse(text: &str) -> Result<RedirectUri, BadRedirect> {
        RedirectUri::parse(text, HOSTS)
    }

    #[test]
    fn a_code_joins_whatever_query_is_there() {
        let joined = |rest: &str| parse(&format!("{META}{rest}")).unwrap().with_code("a b&c=d/+");
        let code = "authorization_code=a+b%26c%3Dd%2F%2B";
        assert_eq!(joined(""), format!("{META}?{code}"));
        assert_eq!(joined("?"), format!("{META}?{code}"));
        assert_eq!(
            joined("?account_linking_token=x"),
            format!("{META}?account_linking_token=x&{code}")
        );
        assert_eq!(joined("?a=1&"), format!("{META}?a=1&{code}"));
        assert_eq!(joined("?a=%2f%2F+%20#part"), format!("{META}?a=%2f%2F+%20&{code}#part"));
    }

    #[test]
    fn only_meta_is_gone_back_to() {
        for good in [
            "https://facebook.com/",
            "https://m.facebook.com:443/x?y=z",
            "https://WWW.Messenger.com/",
            "http://127.0.0.1:4010/linking?account_linking_token=t",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", BadRedirect::Malformed),
            ("facebook.com", BadRedirect::Malformed),
            ("https://facebook.com@evil.example/", BadRedirect::Malformed),
            ("https://evil.example/?facebook.com", BadRedirect::ForeignHost),
            ("https://evilfacebook.com/", BadRedirect::ForeignHost),
            ("https://facebook.com.evil.example/", BadRedirect::ForeignHost),
            ("https://evil.example\\.facebook.com/", BadRedirect::ForeignHost),
            ("javascript://facebook.com/%0aalert(1)", BadRedirect::Unencrypted),
            ("http://facebook.com/", BadRedirect::Unencrypted),
            ("https://facebook.com:8443/", BadRedirect::Unencrypted),
            ("https://x.127.0.0.1/", BadRedirect::Malformed),
            ("https://localhost/", BadRedirect::ForeignHost),
            ("https://facebook.com/?authorization_code=theirs", BadRedirect::HasCode),
            ("https://facebook.com/?authorization%5Fcode=theirs", BadRedirect::HasCode),
        ] {
            assert_eq!(parse(bad), Err(why), "{bad}");
        }
        // A backslash is a slash to browsers; where they would go is what is written out.
        let odd = parse("https://facebook.com\\@evil.example/").unwrap();
        assert_eq!(odd.without_code(), "https://facebook.com/@evil.example/");
    }

    proptest! {
        #[test]
        fn the_query_that_was_there_stays_byte_for_byte(
            query in "[-a-zA-Z0-9._~%!$&()*+,;=:@/?]{0,80}",
            code in any::<String>(),
        ) {
            let text = format!("{META}?{query}");
            let Ok(uri) = parse(&text) else { return Ok(()) };
            let joined = Url::parse(&uri.with_code(&code)).unwrap();
            prop_assert!(joined.query().unwrap().starts_with(&query));
            let codes: Vec<_> =
                joined.query_pairs().filter(|(name, _)| name == "authorization_code").collect();
            prop_assert_eq!(codes.len(), 1);
            prop_assert_eq!(&codes[0].1, &code);
            prop_assert_eq!(joined.host_str(), Some("www.facebook.com"));
        }

        #[test]
        fn no_host_but_metas_is_gone_back_to(text in "https?://[-a-z.@:/\\\\%0-9#?]{0,40}facebook.com[-a-z.@:/\\\\#?]{0,20}") {
            if let Ok(uri) = parse(&text) {
                let url = Url::parse(&uri.with_code("c")).unwrap();
                let host = url.host_str().unwrap();
                prop_assert!(host == "facebook.com" || host.ends_with(".facebook.com"), "{}", host);
                prop_assert_eq!(url.scheme(), "https");
            }
        }
    }
}
