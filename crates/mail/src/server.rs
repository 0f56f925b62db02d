//! The server and how it is reached.

use std::{fmt, fs, path::PathBuf};

use lettre::{
    message::Mailbox,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::fault::Unusable;

/// Which server, and as whom.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `smtps://` (TLS from the first byte), `starttls://` (TLS by STARTTLS, or nothing) or
    /// `smtp://` (no TLS), with `USER:PASSWORD@` if the server wants it.
    pub url: SecretString,
    /// The sender: `Name <address>`.
    pub from: String,
    /// Certificates that are trusted besides the system's, as PEM.
    pub ca_file: Option<PathBuf>,
}

/// When TLS begins.
#[derive(Clone)]
pub(crate) enum Tls {
    Never,
    AtOnce(TlsParameters),
    WhenAsked(TlsParameters),
}

/// Gives mails to one server; cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Tls,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) from: Mailbox,
    /// What we say to be: the domain of the sender.
    pub(crate) hello: ClientId,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer({})", self.server())
    }
}

impl Mailer {
    /// Reads the settings; connects to nothing.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn new(settings: &Settings) -> Result<Self, Unusable> {
        let url = Url::parse(settings.url.expose_secret());
        let url = url.map_err(|_| Unusable::Url("it is no address"))?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(Unusable::Url("it names no host"))?.to_owned();
        let roots = roots(settings)?;
        let tls = |host: &str| parameters(host, roots);
        let (tls, port) = match url.scheme() {
            "smtps" => (Tls::AtOnce(tls(&host)?), 465),
            "starttls" => (Tls::WhenAsked(tls(&host)?), 587),
            "smtp" => (Tls::Never, 25),
            _ => return Err(Unusable::Url("it begins with none of smtps, starttls, smtp")),
        };
        let credentials = credentials(&url)?;
        if credentials.is_some() && matches!(tls, Tls::Never) && !is_here(&url) {
            return Err(Unusable::Url("without TLS anybody on the way could read the password"));
        }
        let from: Mailbox = settings.from.parse().map_err(|_| Unusable::From)?;
        let hello = ClientId::Domain(from.email.domain().to_owned());
        Ok(Self { host, port: url.port().unwrap_or(port), tls, credentials, from, hello })
    }

    /// The server as people write it: `HOST:PORT`.
    #[must_use]
    pub fn server(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Whether the server is this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        // An address in a scheme that the web does not know is read as a name.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        None => false,
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, Unusable> {
    let Some(password) = url.password() else { return Ok(None) };
    let read = |text: &str| {
        let query = format!("v={}", text.replace('+', "%2B"));
        let value = url::form_urlencoded::parse(query.as_bytes()).next();
        value.map(|(_, value)| value.into_owned())
    };
    let wrong = Unusable::Url("its user or password cannot be read");
    let (user, password) = read(url.username()).zip(read(password)).ok_or(wrong)?;
    Ok(Some(Credentials::new(user, password)))
}

fn roots(settings: &Settings) -> Result<Vec<Certificate>, Unusable> {
    let Some(path) = &settings.ca_file else { return Ok(Vec::new()) };
    let wrong = |what: &dyn fmt::Display| Unusable::Roots(format!("{}: {what}", path.display()));
    let pem = fs::read(path).map_err(|error| wrong(&error))?;
    let certificate = Certificate::from_pem(&pem);
    Ok(vec![certificate.map_err(|_| wrong(&"it holds no certificates as PEM"))?])
}

fn parameters(host: &str, roots: Vec<Certificate>) -> Result<TlsParameters, Unusable> {
    let builder = TlsParameters::builder(host.to_owned());
    let builder = roots.into_iter().fold(builder, |all, one| all.add_root_certificate(one));
    builder.build_rustls().map_err(|error| Unusable::Roots(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer(url: &str, from: &str) -> Result<Mailer, Unusable> {
        Mailer::new(&Settings { url: url.to_owned().into(), from: from.into(), ca_file: None })
    }

    #[test]
    fn addresses_are_read_and_never_shown() {
        let from = "Desk <desk@shop.example>";
        let mailer = mailer("smtp://me%40shop:a%2Fb+c@127.0.0.1", from).unwrap();
        assert_eq!(mailer.server(), "127.0.0.1:25");
        let read = Credentials::new("me@shop".into(), "a/b+c".into());
        assert_eq!(mailer.credentials, Some(read));
        assert!(!format!("{mailer:?}").contains("a/b"));
    }

    #[test]
    fn what_cannot_work_is_refused_at_the_start() {
        let from = "desk@shop.example";
        for (url, from) in [
            ("http://mail.shop.example", from),
            ("smtp://user:password@mail.shop.example", from),
            ("mail.shop.example", from),
            ("smtp://localhost", "nobody"),
            ("smtp://localhost", "a@b\r\nBcc: c@d"),
        ] {
            let error = mailer(url, from).unwrap_err().to_string();
            assert!(error.starts_with("mail."), "{error}");
            assert!(!error.contains("password@"), "{error}");
        }
    }
}
