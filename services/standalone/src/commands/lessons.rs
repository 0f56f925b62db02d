//! `switchboard bots teach` and its neighbours.

use std::{fs, path::Path};

use switchboard_bot::knowledge;
use switchboard_desk::{Lesson, read_lesson};
use switchboard_domain::ids::DocumentId;
use switchboard_knowledge::{Found, Index, passages_from_json};
use switchboard_store::{Store, StoreError, bots::Bot, documents};
use uuid::Uuid;

use super::{Error, say, target};
use crate::cli::{self, Pupil};

/// How many passages are shown.
const SHOWN: usize = 5;

pub(super) async fn run(store: &Store, command: cli::Lessons) -> Result<(), Error> {
    match command {
        cli::Lessons::Teach { pupil, files } => {
            let bot = find(store, &pupil).await?;
            let lessons = files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
            teach(store, &bot, lessons).await
        }
        cli::Lessons::Documents { pupil } => {
            let bot = find(store, &pupil).await?;
            let all = store.read(move |db| documents::list(db, bot.workspace, bot.id)).await?;
            all.iter().try_for_each(|one| {
                say(&format!("{}\t{}\t{} passages", one.name, one.media_type, one.passages))
            })
        }
        cli::Lessons::Forget { pupil, documents } => {
            let bot = find(store, &pupil).await?;
            forget(store, &bot, documents).await
        }
        cli::Lessons::Ask { pupil, question } => {
            let bot = find(store, &pupil).await?;
            ask(store, &bot, &question).await
        }
    }
}

async fn find(store: &Store, pupil: &Pupil) -> Result<Bot, Error> {
    let workspace = target::workspace(store, pupil.workspace.as_deref()).await?;
    let bot = target::bot(store, &workspace, &pupil.bot).await?;
    if bot.learns() {
        return Ok(bot);
    }
    let (name, kind) = (&bot.name, &bot.kind);
    let why = format!("{name:?} is of the kind {kind}, which does not answer from documents");
    Err(Error::Usage(format!("{why}; add one with `switchboard bots add --kind knowledge`")))
}

fn read(file: &Path) -> Result<Lesson, Error> {
    let shown = file.display();
    let told = |why: &dyn std::error::Error| Error::Usage(format!("{shown}: {why}"));
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let bytes = fs::read(file).map_err(|error| told(&error))?;
    let id = DocumentId::new(Uuid::now_v7());
    read_lesson(id, name.unwrap_or_default(), bytes).map_err(|why| told(&why))
}

async fn teach(store: &Store, bot: &Bot, lessons: Vec<Lesson>) -> Result<(), Error> {
    let whose = (bot.workspace, bot.id);
    let put = move |db: &mut _| -> Result<Vec<documents::Document>, StoreError> {
        let all = lessons.iter();
        all.map(|(document, passages)| documents::put(db, whose, document, passages)).collect()
    };
    let kept = store.write(put).await?;
    kept.iter().try_for_each(|one| say(&format!("{}: {} passages", one.name, one.passages)))
}

async fn forget(store: &Store, bot: &Bot, names: Vec<String>) -> Result<(), Error> {
    let (workspace, bot) = (bot.workspace, bot.id);
    let work = move |db: &mut _| -> Result<(), StoreError> {
        let all = documents::list(db, workspace, bot)?;
        for name in &names {
            let known = all.iter().find(|one| one.name == *name);
            let known = known.ok_or(StoreError::NotFound("document"))?;
            documents::remove(db, workspace, bot, known.id)?;
        }
        Ok(())
    };
    match store.write(work).await {
        Err(StoreError::NotFound(_)) => {
            let why = "a document of that name is not there, and none was forgotten; see `switchboard \
                       bots documents`";
            Err(Error::Usage(why.into()))
        }
        done => Ok(done?),
    }
}

async fn ask(store: &Store, bot: &Bot, question: &str) -> Result<(), Error> {
    let (workspace, id) = (bot.workspace, bot.id);
    let taught = store.read(move |db| documents::taught(db, workspace, id)).await?;
    if taught.is_empty() {
        let why = "it was taught nothing yet; begin with `switchboard bots teach`";
        return Err(Error::Usage(why.into()));
    }
    let mut all = Vec::with_capacity(taught.len());
    for (_, name, passages) in taught {
        let passages = passages_from_json(&passages)
            .map_err(|error| Error::Usage(format!("{name} cannot be read: {error}")))?;
        all.push((name, passages));
    }
    let broken = |error: switchboard_knowledge::IndexError| Error::Usage(error.to_string());
    let index = Index::build(all).map_err(broken)?;
    let found = index.search(question, SHOWN).map_err(broken)?;
    found.iter().try_for_each(show)?;
    say(&verdict(bot, &found))
}

fn show(found: &Found) -> Result<(), Error> {
    say(&format!("{:.2}  {}", found.confidence, found.source()))?;
    found.passage.text.lines().try_for_each(|line| say(&format!("      {line}")))
}

/// What comes of it.
fn verdict(bot: &Bot, found: &[Found]) -> String {
    let best = found.first().map_or(0.0, |best| best.confidence);
    match knowledge::check(&bot.settings) {
        _ if bot.kind != knowledge::KIND => {
            "-- the model is told of these, as its settings say".into()
        }
        Ok(settings) if best >= settings.answer_from => {
            format!("-- answers with the first (from {:.2} on)", settings.answer_from)
        }
        Ok(settings) => {
            format!("-- hands off to your team (answers from {:.2} on)", settings.answer_from)
        }
        Err(error) => format!("-- its settings cannot be used: {error}"),
    }
}
