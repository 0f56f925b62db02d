//! A mail, before it is written as MIME.

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use crate::{
    fault::{Fault, Stage, one_line},
    server::Mailer,
};

/// The longest name or subject that is written, in characters.
const LONGEST: usize = 200;

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Names the mail: the part before the `@` of its Message-ID. The same mail, offered again, has
    /// the same, so that receivers know it.
    pub id: String,
    /// As the recipient is called; control characters are left out.
    pub name: String,
    /// The recipient's address.
    pub address: String,
    /// What it is about; control characters are left out.
    pub subject: String,
    /// What it says, as text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The https address that a POST to ends such mails (RFC 8058).
    pub unsubscribe: Option<String>,
}

impl Letter {
    /// Writes it.
    ///
    /// # Errors
    /// [`Fault`] at [`Stage::Recipient`] when the address is none.
    pub(crate) fn write(&self, mailer: &Mailer) -> Result<(Address, Vec<u8>), Fault> {
        let wrong = || Fault::told(Stage::Recipient, "the address is none");
        let address: Address = self.address.parse().map_err(|_| wrong())?;
        let name = Some(one_line(&self.name, LONGEST)).filter(|name| !name.is_empty());
        let id = format!("<{}@{}>", self.id, mailer.from.email.domain());
        let mut message = Message::builder()
            .from(mailer.from.clone())
            .to(Mailbox::new(name, address.clone()))
            .subject(one_line(&self.subject, LONGEST))
            .message_id(Some(id))
            .raw_header(fixed("Auto-Submitted", "auto-generated"));
        if let Some(url) = self.unsubscribe.as_deref().filter(|url| is_plain_url(url)) {
            message = message
                .raw_header(fixed("List-Unsubscribe", &format!("<{url}>")))
                .raw_header(fixed("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        let parts = MultiPart::alternative_plain_html(self.text.clone(), self.html.clone());
        let written = message.multipart(parts);
        let written = written.map_err(|error| Fault::told(Stage::Text, error.to_string()))?;
        Ok((address, written.formatted()))
    }
}

/// A header of ours, not to be folded or encoded: its value is ASCII without line ends.
fn fixed(name: &'static str, value: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), value.to_owned())
}

/// What may stand between the brackets of a header.
fn is_plain_url(url: &str) -> bool {
    url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<' && byte != b'>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Settings;

    fn mailer() -> Mailer {
        let url = "smtp://127.0.0.1:2525".into();
        let from = "Switchboard <desk@shop.example>".into();
        Mailer::new(&Settings { url, from, ca_file: None }).unwrap()
    }

    fn letter() -> Letter {
        Letter {
            id: "one".into(),
            name: "Ann".into(),
            address: "ann@shop.example".into(),
            subject: "One waits".into(),
            text: "Text".into(),
            html: "<p>HTML</p>".into(),
            unsubscribe: Some("https://desk.example/unsubscribe?t=a.b%2Bc".into()),
        }
    }

    fn written(letter: &Letter) -> String {
        String::from_utf8(letter.write(&mailer()).unwrap().1).unwrap()
    }

    #[test]
    fn a_mail_says_what_it_is() {
        let text = written(&letter());
        for line in [
            "From: Switchboard <desk@shop.example>\r\n",
            "To: Ann <ann@shop.example>\r\n",
            "Subject: One waits\r\n",
            "Message-ID: <one@shop.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "List-Unsubscribe: <https://desk.example/unsubscribe?t=a.b%2Bc>\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain",
            "Content-Type: text/html",
        ] {
            assert!(text.contains(line), "{line:?} is not in {text}");
        }
    }

    #[test]
    fn names_make_no_headers() {
        let hostile = "Eve\r\nBcc: all@shop.example\r\n\r\nHello";
        let mut letter = letter();
        (letter.name, letter.subject) = (hostile.into(), hostile.into());
        letter.unsubscribe = Some(format!("https://desk.example/{hostile}"));
        let text = written(&letter);
        assert!(!text.contains("\nBcc:") && !text.contains("List-Unsubscribe"), "{text}");
        letter.address = "eve@shop.example\r\nBcc: all@shop.example".into();
        assert_eq!(letter.write(&mailer()).unwrap_err().stage, Stage::Recipient);
    }

    #[test]
    fn names_of_all_the_world_are_written_in_ascii() {
        let mut letter = letter();
        (letter.name, letter.subject) = ("\u{5b89}\u{5a1c}".into(), "Gr\u{fc}\u{df}e".into());
        assert!(written(&letter).is_ascii());
    }
}
