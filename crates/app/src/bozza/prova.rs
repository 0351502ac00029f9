//! A form that its author tries out: filled in as a draft is, by an invented person in an invented world, with the same
//! pages, checks and summary. It is no draft: nothing of it can be filed, and no file of it is kept.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    calendar,
    id::{BozzaId, PersonaId, RowId},
    modello::{Answers, Facts, Modello, Posted, Procedura},
};
use sportello_store::{Json, bozza::BozzaRow, bozza::BozzaStatus, modello::PublicationRow};
use uuid::Uuid;

use super::{BozzaFrame, BozzaPage, Loaded, PageForm, Saved, SummaryPage, save, upload};
use crate::{
    Ctx, Result,
    modello::{Document, Published},
};

/// How long the window of the version is open that is tried out.
const OPEN_FOR: TimeDelta = TimeDelta::days(30);

/// A form that is being tried out.
pub struct Prova(Loaded);

impl Prova {
    /// Begins anew, as if the form were published at `now` for the school year of that day.
    pub fn begin(modello: Modello, procedura: Procedura, now: DateTime<Utc>) -> Self {
        let today = calendar::legal_date(now);
        let published = published(modello, procedura, 1, now);
        let facts = Facts::invented(today, published.row.anno_scolastico);
        let row = BozzaRow {
            id: BozzaId::new(Uuid::nil()),
            persona_id: PersonaId::new(Uuid::nil()),
            modello: published.row.code.clone(),
            modello_version: published.row.version,
            hash: published.row.hash.clone(),
            revision: 1,
            status: BozzaStatus::Open,
            updated_at: now,
            expires_at: published.row.closes_at,
            answers: Json(Answers::default()),
            sealed_answers: None,
            per_conto_id: None,
        };
        let answers = Answers::start(&published.document.modello, &facts);
        let level = published.document.procedura.level;
        Self(Loaded { row, published, level, answers, facts, now, former: None })
    }

    /// Goes on with answers that were given before.
    #[must_use]
    pub fn with_answers(mut self, answers: Answers) -> Self {
        self.0.answers = answers;
        self.0.answers.refresh(&self.0.published.document.modello, &self.0.facts);
        self
    }

    /// Goes over to a newer text of the form, as a draft goes over to a newer version. One that says the same changes
    /// nothing; one with another code begins anew.
    #[must_use]
    pub fn over_to(mut self, modello: Modello, procedura: Procedura, now: DateTime<Utc>) -> Self {
        if modello.code != self.0.row.modello {
            return Self::begin(modello, procedura, now);
        }
        if self.0.published.document.modello == modello {
            return self;
        }
        self.0.adopt(published(modello, procedura, self.0.published.row.version + 1, now));
        self.0.former = None;
        self
    }

    /// Throws away what was answered.
    pub fn restart(&mut self) {
        self.0.answers = Answers::start(&self.0.published.document.modello, &self.0.facts);
    }

    /// What has been answered.
    pub fn answers(&self) -> &Answers {
        &self.0.answers
    }

    /// Given and family name of the person who fills in.
    pub fn person(&self) -> String {
        let person = &self.0.facts.identita;
        [&person.nome, &person.cognome].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    }

    /// The task list.
    pub fn frame(&self, ctx: &Ctx) -> BozzaFrame {
        self.0.frame(ctx)
    }

    /// One page.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for a page that the form does not have.
    pub fn page(&self, ctx: &Ctx, page: &str) -> Result<BozzaPage> {
        self.0.page(ctx, page, Vec::new())
    }

    /// The summary.
    pub fn summary(&self, ctx: &Ctx) -> SummaryPage {
        self.0.summary(ctx, String::new())
    }

    /// Takes one page in. Only its author tries it out, so there is never another version of it.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for a page that the form does not have, [`crate::Error::Unacceptable`] when the answers
    /// are larger than they may be.
    pub fn save(&mut self, ctx: &Ctx, page: &str, mut form: PageForm, new_row: RowId) -> Result<Saved> {
        let mut posted: Posted = form.fields.iter().cloned().collect();
        let uploads = upload::look_at(ctx, &self.0, page, std::mem::take(&mut form.files));
        for (name, file) in uploads.accepted {
            posted.add_file(&name, file);
        }
        // It is what is shown, whatever the form was made from.
        form.version = None;
        form.resolved = None;
        self.0.answers = save::changed(&self.0, page, &posted, &form, new_row)?;
        save::after(ctx, &self.0, page, &form.action, uploads.problems)
    }
}

fn published(modello: Modello, procedura: Procedura, version: i64, now: DateTime<Utc>) -> Published {
    let row = PublicationRow {
        code: modello.code.clone(),
        version,
        hash: modello.hash(),
        anno_scolastico: AnnoScolastico::of(calendar::legal_date(now)),
        opens_at: now,
        closes_at: now + OPEN_FOR,
        book_from: None,
        posti: None,
        published_at: now,
        withdrawn_at: None,
        revision: None,
    };
    Published { row, document: Arc::new(Document { modello, procedura }) }
}
