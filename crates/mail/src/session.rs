//! One talk with the server, for one mail.

use std::{future::Future, time::Duration};

use lettre::transport::smtp::{
    Error,
    authentication::Mechanism,
    client::AsyncSmtpConnection,
    commands::{Data, Mail, Rcpt},
    response::Response,
};
use tokio::time::timeout;

use crate::{
    Letter, Mailer,
    fault::{Fault, LONGEST, Stage, one_line},
    server::Tls,
};

/// How long the server may take for each step until it has the text.
const STEP: Duration = Duration::from_secs(15);

/// How long it may take to say that it has the mail. RFC 5321 grants ten minutes; who takes longer
/// than this has most likely taken it, and we will not know.
const VERDICT: Duration = Duration::from_secs(60);

/// Ways to log in, the best first. All send the password: there is TLS below, or it is this machine.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// A mail that the server is ready to take.
pub struct Offered {
    connection: AsyncSmtpConnection,
    text: Vec<u8>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// The server has it; what it said.
    Taken(String),
    /// The server said that it has not.
    Refused(Fault),
    /// Nobody can know: its text left, and no answer came.
    Unknown(String),
}

impl Mailer {
    /// Connects, logs in and takes leave: whether the server would talk to us.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn greet(&self) -> Result<(), Fault> {
        let mut connection = self.connect().await?;
        // That it did not say good-bye says nothing.
        let _ = timeout(STEP, connection.quit()).await;
        Ok(())
    }

    /// Asks the server whether it would take a mail. It has not taken it yet.
    ///
    /// # Errors
    /// [`Fault`]; the server surely has no mail.
    pub async fn offer(&self, letter: &Letter) -> Result<Offered, Fault> {
        let (to, text) = letter.write(self)?;
        let mut connection = self.connect().await?;
        let from = Mail::new(Some(self.from.email.clone()), Vec::new());
        step(Stage::Sender, connection.command(from)).await?;
        step(Stage::Recipient, connection.command(Rcpt::new(to, Vec::new()))).await?;
        Ok(Offered { connection, text })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Fault> {
        let server = (self.host.as_str(), self.port);
        let at_once = match &self.tls {
            Tls::AtOnce(tls) => Some(tls.clone()),
            Tls::WhenAsked(_) | Tls::Never => None,
        };
        let connecting =
            AsyncSmtpConnection::connect_tokio1(server, None, &self.hello, at_once, None);
        let mut connection = step(Stage::Reach, connecting).await?;
        if let Tls::WhenAsked(tls) = &self.tls {
            step(Stage::Reach, connection.starttls(tls.clone(), &self.hello)).await?;
        }
        if let Some(credentials) = &self.credentials {
            step(Stage::LogIn, connection.auth(&MECHANISMS, credentials)).await?;
        }
        Ok(connection)
    }
}

impl Offered {
    /// Gives the server the mail.
    pub async fn give(mut self) -> Given {
        if let Err(fault) = step(Stage::Text, self.connection.command(Data)).await {
            return Given::Refused(fault);
        }
        let given = match timeout(VERDICT, self.connection.message(&self.text)).await {
            Ok(Ok(response)) => Given::Taken(said(&response)),
            Ok(Err(error)) if error.status().is_some() => {
                Given::Refused(Fault::of(Stage::Text, &error))
            }
            Ok(Err(error)) => Given::Unknown(Fault::of(Stage::Text, &error).text),
            Err(_) => Given::Unknown(Fault::late(Stage::Text).text),
        };
        let _ = timeout(Duration::from_secs(1), self.connection.quit()).await;
        given
    }
}

async fn step<T>(stage: Stage, work: impl Future<Output = Result<T, Error>>) -> Result<T, Fault> {
    match timeout(STEP, work).await {
        Ok(done) => done.map_err(|error| Fault::of(stage, &error)),
        Err(_) => Err(Fault::late(stage)),
    }
}

fn said(response: &Response) -> String {
    one_line(&response.message().collect::<Vec<_>>().join(" "), LONGEST)
}
