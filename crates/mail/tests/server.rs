//! A real SMTP server, and how far mails come with it.

#[cfg(test)]
mod tests {
    use switchboard_mail::{Fault, Given, Letter, Mailer, Settings, Stage};
    use switchboard_testkit::smtp::{Smtp, Tls, Verdict};

    const ANN: &str = "ann@shop.example";

    fn settings(smtp: &Smtp) -> Settings {
        let from = "Switchboard <desk@shop.example>".into();
        Settings { url: smtp.url().into(), from, ca_file: Some(smtp.ca_file()) }
    }

    fn mailer(smtp: &Smtp) -> Mailer {
        Mailer::new(&settings(smtp)).unwrap()
    }

    fn letter(id: &str) -> Letter {
        Letter {
            id: id.into(),
            name: "Ann".into(),
            address: ANN.into(),
            subject: "One waits".into(),
            // A line of one dot would end the mail, if it were not doubled on the way.
            text: "One waits\n.\nand more".into(),
            html: "<p>One waits</p>".into(),
            unsubscribe: None,
        }
    }

    async fn sends(mailer: &Mailer, id: &str) -> Result<Given, Fault> {
        Ok(mailer.offer(&letter(id)).await?.give().await)
    }

    #[tokio::test]
    async fn mails_arrive_by_tls_after_a_log_in() {
        for tls in [Tls::Starttls, Tls::AtOnce, Tls::Plain] {
            let smtp = Smtp::start(tls).await.unwrap();
            let mailer = mailer(&smtp);
            mailer.greet().await.unwrap();
            let given = sends(&mailer, "one").await.unwrap();
            assert_eq!(given, Given::Taken("2.0.0 OK".into()), "{tls:?}");
            let mails = smtp.receives(1).await.unwrap();
            assert_eq!(
                (mails[0].from.as_str(), mails[0].to.as_slice()),
                ("desk@shop.example", &[ANN.to_owned()][..])
            );
            assert_eq!(mails[0].header("Message-ID"), "<one@shop.example>");
            assert!(mails[0].says().contains("One waits\n.\nand more"), "{}", mails[0].text);
        }
    }

    #[tokio::test]
    async fn nothing_is_sent_to_who_is_not_trusted_or_does_not_trust_us() {
        let smtp = Smtp::start(Tls::Starttls).await.unwrap();
        let url = smtp.url().replace("secret", "guess").into();
        let stranger = Mailer::new(&Settings { url, ..settings(&smtp) }).unwrap();
        let fault = stranger.greet().await.unwrap_err();
        assert_eq!((fault.stage, fault.code), (Stage::LogIn, Some(535)), "{fault}");
        assert!(!fault.to_string().contains("guess"), "{fault}");

        let unknown = Mailer::new(&Settings { ca_file: None, ..settings(&smtp) }).unwrap();
        assert_eq!(unknown.greet().await.unwrap_err().stage, Stage::Reach);

        let open = Smtp::start(Tls::Plain).await.unwrap();
        let url = open.url().replace("smtp://127.0.0.1", "starttls://localhost").into();
        let careful = Mailer::new(&Settings { url, ..settings(&open) }).unwrap();
        assert_eq!(sends(&careful, "one").await.unwrap_err().stage, Stage::Reach);
        assert!(smtp.mails().is_empty() && open.mails().is_empty());
    }

    #[tokio::test]
    async fn what_became_of_a_mail_is_known_as_far_as_it_can_be() {
        let mut smtp = Smtp::start(Tls::AtOnce).await.unwrap();
        let mailer = mailer(&smtp);
        smtp.answers(&[(ANN, "550 5.1.1 no such user")], Verdict::Takes).unwrap();
        let fault = sends(&mailer, "one").await.unwrap_err();
        assert!(fault.is_wrong_address(), "{fault}");
        smtp.answers(&[(ANN, "450 4.2.1 later")], Verdict::Takes).unwrap();
        let fault = sends(&mailer, "one").await.unwrap_err();
        assert!(fault.stage == Stage::Recipient && !fault.is_wrong_address(), "{fault}");
        assert!(smtp.mails().is_empty());

        smtp.answers(&[], Verdict::Says("451 4.3.0 later")).unwrap();
        let given = sends(&mailer, "one").await.unwrap();
        let Given::Refused(fault) = given else { panic!("{given:?}") };
        assert!(fault.code == Some(451) && !fault.is_final());
        smtp.answers(&[], Verdict::Says("554 5.7.1 spam")).unwrap();
        let given = sends(&mailer, "one").await.unwrap();
        let Given::Refused(fault) = given else { panic!("{given:?}") };
        assert!(fault.is_final(), "{fault}");
        smtp.answers(&[], Verdict::Drops).unwrap();
        let given = sends(&mailer, "one").await.unwrap();
        assert!(matches!(given, Given::Unknown(_)), "{given:?}");
        assert_eq!(smtp.mails().len(), 3);

        smtp.kill9();
        assert_eq!(sends(&mailer, "one").await.unwrap_err().stage, Stage::Reach);
    }
}
