//! A complete application, typed as a person types it: page by page, with the names that the pages give.

use chrono::{Datelike, Days, NaiveDate};
use sportello_domain::{
    codice_fiscale::{CodiceFiscale, Sesso},
    id::{BozzaId, PraticaId, RowId},
    modello::view::Block,
};

use super::{App, MODELLO, SCUOLA};
use crate::{
    Ctx, Result,
    bozza::{self, BozzaPage, PageAction, PageForm, Saved, UploadedFile},
    invio::{self, InvioForm, Sent},
};

/// The pages of the modello, in order; the two of details are there only when something asks for them.
pub const PAGES: [&str; 8] =
    ["privacy", "richiedente", "figli", "scuola", "dieta", "dieta-dettagli", "pagamento", "pagamento-dettagli"];

/// A child to enrol.
#[derive(Clone, Debug)]
pub struct Figlio {
    /// Given name.
    pub nome: String,
    /// Family name.
    pub cognome: String,
    /// Date of birth.
    pub nascita: NaiveDate,
    /// Codice fiscale; empty for a child that has none yet.
    pub codice_fiscale: String,
    /// Foods to leave out (`maiale`, ...): class A.
    pub alimenti: Option<String>,
    /// A doctor's certificate, instead: class A.
    pub certificato: Option<Vec<u8>>,
}

impl Figlio {
    /// A child that eats everything; `number` tells children of one name apart.
    pub fn new(nome: &str, cognome: &str, number: u64) -> Self {
        let first = NaiveDate::from_ymd_opt(2018, 1, 1).expect("a day of that year");
        let nascita = first + Days::new(number);
        let code = CodiceFiscale::compose(cognome, nome, nascita, Sesso::Maschio, "A794");
        Self {
            nome: nome.into(),
            cognome: cognome.into(),
            nascita,
            codice_fiscale: code.expect("names of letters").as_str().to_owned(),
            alimenti: None,
            certificato: None,
        }
    }
}

/// What a person answers.
#[derive(Clone, Debug)]
pub struct Domanda {
    /// The children.
    pub figli: Vec<Figlio>,
    /// Where the receipt goes.
    pub email: String,
    /// IBAN, for direct debit: class A. Without it the family pays by pagoPA.
    pub iban: Option<String>,
    /// Value of the ISEE as typed: class A.
    pub isee: Option<String>,
}

impl Domanda {
    /// An application for these children, with nothing of class A but what must be there.
    pub fn new(figli: impl IntoIterator<Item = Figlio>) -> Self {
        Self { figli: figli.into_iter().collect(), email: "ricevute@posta.example".into(), iban: None, isee: None }
    }

    /// What is typed on a page, given its rows in order.
    pub fn answers(&self, page: &str, rows: &[RowId]) -> Vec<(String, String)> {
        let mut typed = Typed::default();
        match page {
            "privacy" => typed.put("privacy", "si"),
            "richiedente" => {
                // Known from the sign-in, and then not read; somebody at the desk types it.
                typed.date("data_nascita", super::persona::birth());
                typed.put("qualita", "genitore");
                typed.put("residenza_indirizzo", "Via dei Tigli 8");
                typed.put("residenza_cap", "24040");
                typed.put("residenza_comune", "Prova");
                typed.put("email", &self.email);
                typed.put("cellulare", "3330000000");
            }
            "pagamento" => {
                typed.put("isee_scelta", if self.isee.is_some() { "dichiaro" } else { "non_dichiaro" });
                typed.put("modalita", if self.iban.is_some() { "SDD" } else { "PAGOPA" });
            }
            "pagamento-dettagli" => {
                if let Some(isee) = &self.isee {
                    typed.put("isee_valore", isee);
                }
                if let Some(iban) = &self.iban {
                    typed.put("iban", iban);
                    typed.put("intestatario_nome", "Mario Rossi");
                    typed.put("intestatario_cf", &super::codice_fiscale("Rossi"));
                    typed.put("mandato", "si");
                }
            }
            _ => {
                for (figlio, row) in self.figli.iter().zip(rows) {
                    typed.figlio(page, figlio, *row);
                }
            }
        }
        typed.0
    }

    fn files(&self, page: &str, rows: &[RowId]) -> Vec<UploadedFile> {
        let given = self.figli.iter().zip(rows).filter(|_| page == "dieta-dettagli");
        let file = |(figlio, row): (&Figlio, &RowId)| {
            figlio.certificato.as_ref().map(|content| UploadedFile {
                field: format!("figli.{row}.dieta_certificato"),
                name: "certificato di prova.pdf".into(),
                bytes: content.len() as u64,
                content: content.clone(),
            })
        };
        given.filter_map(file).collect()
    }
}

/// Names and values of controls.
#[derive(Default)]
struct Typed(Vec<(String, String)>);

impl Typed {
    fn put(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    fn date(&mut self, name: &str, date: NaiveDate) {
        self.put(&format!("{name}.g"), &date.day().to_string());
        self.put(&format!("{name}.m"), &date.month().to_string());
        self.put(&format!("{name}.a"), &date.year().to_string());
    }

    /// What is answered about one child on a page.
    fn figlio(&mut self, page: &str, figlio: &Figlio, row: RowId) {
        let name = |field: &str| format!("figli.{row}.{field}");
        match page {
            "figli" => {
                self.put(&name("figlio_cf"), &figlio.codice_fiscale);
                if figlio.codice_fiscale.is_empty() {
                    self.put(&name("cf_mancante"), "si");
                }
                self.put(&name("figlio_cognome"), &figlio.cognome);
                self.put(&name("figlio_nome"), &figlio.nome);
                self.date(&name("figlio_nascita"), figlio.nascita);
            }
            "scuola" => {
                self.put(&name("plesso"), SCUOLA.0);
                self.put(&name("classe"), SCUOLA.1);
                self.put(&name("giorni"), "lun");
                self.put(&name("giorni"), "gio");
            }
            "dieta" => {
                let kind = match (&figlio.alimenti, &figlio.certificato) {
                    (Some(_), _) => "etico_religiosa",
                    (None, Some(_)) => "sanitaria",
                    (None, None) => "nessuna",
                };
                self.put(&name("dieta_tipo"), kind);
            }
            _ => {
                if let Some(food) = &figlio.alimenti {
                    self.put(&name("dieta_alimenti"), food);
                } else if figlio.certificato.is_some() {
                    let end = NaiveDate::from_ymd_opt(2027, 6, 30).expect("a day of that year");
                    self.date(&name("dieta_scadenza"), end);
                }
            }
        }
    }
}

/// One page to send.
#[derive(Debug)]
pub struct SavePage {
    /// Which button.
    pub action: PageAction,
    /// What is typed.
    pub fields: Vec<(String, String)>,
    /// What is chosen.
    pub files: Vec<UploadedFile>,
}

impl App {
    /// Sends a page on the revision that is there now.
    ///
    /// # Errors
    /// Those of [`bozza::save`].
    pub async fn save(&self, ctx: &Ctx, id: BozzaId, page: &str, sent: SavePage) -> Result<Saved> {
        let revision = bozza::frame(&self.portal, ctx, id).await?.revision;
        let form =
            PageForm { revision, action: sent.action, fields: sent.fields, files: sent.files, ..PageForm::default() };
        bozza::save(&self.portal, ctx, id, page, form).await
    }

    /// Adds an empty row for a child.
    pub async fn add_row(&self, ctx: &Ctx, id: BozzaId) {
        let action = PageAction::AddRow { group: "figli".into(), offered: None };
        let sent = SavePage { action, fields: Vec::new(), files: Vec::new() };
        let saved = self.save(ctx, id, "figli", sent).await;
        assert!(matches!(saved, Ok(Saved::Again)), "{saved:?}");
    }

    /// The rows of the group of children, in order.
    pub async fn rows(&self, ctx: &Ctx, id: BozzaId) -> Vec<RowId> {
        let page = bozza::page(&self.portal, ctx, id, "figli").await;
        rows(&page.expect("an open draft has this page"))
    }

    /// Fills a draft in to the end, as a person does who makes no mistake. It waits for Invia.
    pub async fn fill(&self, ctx: &Ctx, domanda: &Domanda) -> BozzaId {
        let id = bozza::start(&self.portal, ctx, MODELLO).await;
        let id = id.expect("the window is open");
        for _ in self.rows(ctx, id).await.len()..domanda.figli.len() {
            self.add_row(ctx, id).await;
        }
        let rows = self.rows(ctx, id).await;
        for page in PAGES {
            let shown = bozza::frame(&self.portal, ctx, id).await.expect("the draft is open").pages;
            if shown.iter().all(|link| link.id != page) {
                continue;
            }
            let sent = SavePage {
                action: PageAction::Next,
                fields: domanda.answers(page, &rows),
                files: domanda.files(page, &rows),
            };
            let saved = self.save(ctx, id, page, sent).await;
            assert!(matches!(saved, Ok(Saved::Next(_))), "{page}: {saved:?}");
        }
        id
    }

    /// What the summary of a draft sends when its declaration is ticked.
    pub async fn invio_form(&self, ctx: &Ctx, id: BozzaId) -> InvioForm {
        let shown = bozza::summary(&self.portal, ctx, id).await.expect("the draft is open");
        assert!(shown.problems.is_empty(), "{:?}", shown.problems);
        InvioForm { key: shown.key, hash: shown.hash, revision: shown.frame.revision, declared: true }
    }

    /// Fills in and sends; gives the pratiche in the order of the children.
    pub async fn file(&self, ctx: &Ctx, domanda: &Domanda) -> (BozzaId, Vec<PraticaId>) {
        let id = self.fill(ctx, domanda).await;
        let sent = invio::submit(&self.portal, ctx, id, self.invio_form(ctx, id).await).await;
        assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
        let page = invio::sent(&self.portal, ctx, id).await.expect("it was sent");
        (id, page.pratiche.into_iter().map(|sent| sent.id).collect())
    }
}

fn rows(page: &BozzaPage) -> Vec<RowId> {
    let groups = page.page.blocks.iter().filter_map(|block| match block {
        Block::Group(group) => Some(group),
        Block::Field(_) => None,
    });
    groups.flat_map(|group| &group.rows).map(|row| row.row).collect()
}
