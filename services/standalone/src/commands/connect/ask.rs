//! What is asked of a person at the terminal, or read from standard input by a script. Secrets are
//! never arguments, which others can see.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use secrecy::SecretString;
use serde::Deserialize;
use switchboard_domain::Channel;
use switchboard_outbound::setup::connect::Choice;

use super::super::Error;

/// How often a person is asked the same.
const TRIES: u32 = 5;

const NOTHING: &str = "nothing was entered";

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
        self.ask("Which channel: messenger, instagram or whatsapp?", missing, |word| {
            let wrong = format!("{word:?} is no channel; {missing}");
            word.to_lowercase().parse().map_err(|_| wrong)
        })
    }

    pub(super) fn app_id(&mut self) -> Result<String, Error> {
        let missing = "no Meta app is known; say which with --app-id ID, and its secret on standard \
                       input";
        self.ask("App ID (App Dashboard, Settings, Basic):", missing, |id| {
            if id.bytes().all(|byte| byte.is_ascii_digit()) {
                return Ok(id.to_owned());
            }
            Err("an App ID is a number; see the App Dashboard, Settings, Basic".to_owned())
        })
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
        self.ask("Which of these (number or id)?", "say which with --asset ID", |word| {
            let numbered = word.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let named = || choices.iter().find(|choice| choice.id == word || choice.name == word);
            let chosen = numbered.and_then(|index| choices.get(index)).or_else(named);
            let wrong = || format!("{word:?} is none of these");
            chosen.map(|choice| choice.id.clone()).ok_or_else(wrong)
        })
    }

    /// Asks a person until the answer is of use, a few times at most. `missing` is for scripts, which
    /// should have said it already.
    fn ask<T>(
        &self,
        question: &str,
        missing: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Error> {
        if !self.can_ask() {
            return Err(Error::Usage(missing.into()));
        }
        again(|| {
            write!(io::stderr().lock(), "{question} ")?;
            let mut line = String::new();
            if io::stdin().lock().read_line(&mut line)? == 0 {
                return Err(Error::Usage(missing.into()));
            }
            Ok(match line.trim() {
                "" => Err(NOTHING.to_owned()),
                word => read(word),
            })
        })
    }
}

/// Reads a secret without showing it.
fn hidden(question: &str) -> Result<SecretString, Error> {
    again(|| {
        let text = rpassword::prompt_password(question)?;
        Ok(match text.trim() {
            "" => Err(NOTHING.to_owned()),
            text => Ok(text.to_owned().into()),
        })
    })
}

/// Tries until an answer is of use; says why one is not.
fn again<T>(mut tried: impl FnMut() -> Result<Result<T, String>, Error>) -> Result<T, Error> {
    for _ in 1..TRIES {
        match tried()? {
            Ok(answer) => return Ok(answer),
            Err(why) => writeln!(io::stderr().lock(), "{why}: please answer again")?,
        }
    }
    tried()?.map_err(|why| Error::Usage(format!("{why}; start again")))
}
