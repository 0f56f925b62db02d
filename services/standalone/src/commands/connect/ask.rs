//! What is asked of a person at the terminal, or read from standard input by a script. Secrets are
//! never arguments, which others can see.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use secrecy::SecretString;
use serde::Deserialize;
use switchboard_domain::Channel;
use switchboard_outbound::setup::connect::Choice;

use super::super::Error;

/// What a script gives on standard input: this as JSON, or the access token alone.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    app_secret: Option<SecretString>,
    token: Option<SecretString>,
    pin: Option<SecretString>,
}

/// Where answers come from.
pub(super) enum Answers {
    /// A person.
    Terminal,
    /// Standard input.
    Script(Box<ScriptAnswers>),
}

/// See [`Given`].
pub(super) struct ScriptAnswers(Given);

impl Answers {
    /// Reads what there is.
    pub(super) fn read() -> Result<Self, Error> {
        if io::stdin().is_terminal() {
            return Ok(Self::Terminal);
        }
        let mut text = String::new();
        io::stdin().read_to_string(&mut text)?;
        let text = text.trim();
        let given = if text.starts_with('{') {
            serde_json::from_str(text).map_err(|_| {
                let shape = r#"write {"token": "...", "app_secret": "...", "pin": "..."}"#;
                Error::Usage(format!("standard input is not the JSON that is expected: {shape}"))
            })?
        } else if text.is_empty() {
            Given::default()
        } else {
            Given { token: Some(text.to_owned().into()), ..Given::default() }
        };
        Ok(Self::Script(Box::new(ScriptAnswers(given))))
    }

    /// Whether there is somebody to ask.
    pub(super) fn can_ask(&self) -> bool {
        matches!(self, Self::Terminal)
    }

    pub(super) fn channel(&mut self) -> Result<Channel, Error> {
        let missing = "say which with --channel messenger, instagram or whatsapp";
        let word = self.line("Which channel: messenger, instagram or whatsapp?", missing)?;
        word.parse().map_err(|_| Error::Usage(format!("{word:?} is no channel; {missing}")))
    }

    pub(super) fn app_id(&mut self) -> Result<String, Error> {
        let missing = "no Meta app is known; say which with --app-id ID, and its secret on standard \
                       input";
        let id = self.line("App ID (App Dashboard, Settings, Basic):", missing)?;
        if id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(id);
        }
        Err(Error::Usage("an App ID is a number; see the App Dashboard, Settings, Basic".into()))
    }

    pub(super) fn app_secret(&mut self) -> Result<SecretString, Error> {
        let missing = r#"the app is not known yet: pipe in {"app_secret": "...", "token": "..."}"#;
        match self {
            Self::Script(given) => {
                given.0.app_secret.take().ok_or_else(|| Error::Usage(missing.into()))
            }
            Self::Terminal => hidden("App secret (App Dashboard, Settings, Basic): "),
        }
    }

    pub(super) fn token(&mut self) -> Result<SecretString, Error> {
        let missing = "no access token on standard input; pipe it in: < FILE";
        match self {
            Self::Script(given) => given.0.token.take().ok_or_else(|| Error::Usage(missing.into())),
            Self::Terminal => hidden("Access token (user, system user or Page): "),
        }
    }

    /// Only from scripts: a person registers once and is told of it by the findings.
    pub(super) fn pin(&mut self) -> Option<SecretString> {
        match self {
            Self::Script(given) => given.0.pin.take(),
            Self::Terminal => None,
        }
    }

    pub(super) fn choice(&mut self, choices: &[Choice]) -> Result<String, Error> {
        let mut out = io::stderr().lock();
        for (number, choice) in (1_usize..).zip(choices) {
            writeln!(out, "  {number}  {} ({})", choice.name, choice.id)?;
        }
        drop(out);
        let word = self.line("Which of these (number or id)?", "say which with --asset ID")?;
        let numbered = word.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let chosen = numbered.and_then(|index| choices.get(index));
        Ok(chosen.map_or(word, |choice| choice.id.clone()))
    }

    fn line(&self, question: &str, missing: &str) -> Result<String, Error> {
        if !self.can_ask() {
            return Err(Error::Usage(missing.into()));
        }
        write!(io::stderr().lock(), "{question} ")?;
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        let line = line.trim();
        if line.is_empty() { Err(Error::Usage(missing.into())) } else { Ok(line.to_owned()) }
    }
}

/// Reads a secret without showing it.
fn hidden(question: &str) -> Result<SecretString, Error> {
    let text = rpassword::prompt_password(question)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::Usage("nothing was entered; start again".into()));
    }
    Ok(text.to_owned().into())
}
