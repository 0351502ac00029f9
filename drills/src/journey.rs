//! What a parent does, step by step, through the pages: the one place of the drills that knows them.
//!
//! Answers are chosen by the name of a field; what is not known here gets the first choice or nothing, so a new
//! optional field changes nothing.

use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use reqwest::Url;

use crate::browser::{Broken, Browser, Page, SentFile};
use crate::form::{Control, Form, forms};
use crate::journal::Numero;
use crate::population::Alunno;

/// Ente of the demo that the drill files at.
const ENTE: &str = "/calvenzano";
/// The door, with the way on.
const DOOR: &str = "/accesso/spid?poi=%2Fpratiche";
/// Most pages of a form.
const PAGES_MAX: usize = 20;
/// End of the summary's address.
const SUMMARY: &str = "/riepilogo";
/// Name of the provider's buttons that say who somebody is.
const PERSON: &str = "persona";
/// Name of the buttons of a draft.
const BUTTON: &str = "_azione";

/// A parent with a browser.
pub struct Parent {
    browser: Browser,
    portal: Url,
    codice_fiscale: String,
    /// Path of the modello, found once.
    modello: Option<String>,
    /// Children in the draft that was filled in last.
    children: usize,
}

/// A draft that is complete: what pressing Invia sends.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The draft, 32 hexadecimal digits.
    pub bozza: String,
    /// Children in it.
    pub children: usize,
    page: Url,
    action: Url,
    fields: Vec<(String, String)>,
}

/// Where a draft asks for the certificate of a diet.
#[derive(Clone, Debug)]
pub struct Certificate {
    path: String,
}

/// What the portal answered to Invia.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    confirmation: Page,
}

impl Parent {
    /// A parent who has not signed in.
    pub fn new(portal: Url, codice_fiscale: String) -> anyhow::Result<Self> {
        Ok(Self { browser: Browser::new()?, portal, codice_fiscale, modello: None, children: 0 })
    }

    /// Signs in through the first provider of the list, up to the door of the page that was asked for.
    pub async fn sign_in(&mut self) -> Result<(), Broken> {
        let list = self.open(&format!("{ENTE}{DOOR}")).await?;
        if list.url.path().ends_with("/pratiche") {
            return Ok(());
        }
        let form = find(&list, |form| form.action.ends_with("/accesso/spid/avvia"))?;
        let mut start = join(&list.url, &form.action)?;
        start.query_pairs_mut().extend_pairs(form.filled(form.buttons.first(), |_| None));
        let leave = self.browser.open(start).await?;
        let provider = self.submit_holding(&leave, "SAMLRequest").await?;
        let answer = self.identify(&provider).await?;
        let form = find(&answer, |form| form.controls.iter().any(|control| control.name == "SAMLResponse"))?;
        let inside =
            self.browser.post(&answer.url, join(&answer.url, &form.action)?, &form.filled(None, |_| None)).await?;
        let led = inside.location.as_ref().is_some_and(|next| next.path().ends_with("/pratiche"));
        if led { Ok(()) } else { Err(unexpected("signing in", &inside)) }
    }

    /// Signs in anew with a browser that knows nothing of the last time.
    pub async fn sign_in_anew(&mut self) -> Result<(), Broken> {
        self.browser.forget();
        self.sign_in().await
    }

    /// At the provider: says who we are.
    async fn identify(&mut self, page: &Page) -> Result<Page, Broken> {
        let own = self.codice_fiscale.clone();
        let by_button = |form: &Form| form.buttons.iter().any(|(_, value)| *value == own);
        let by_control =
            |form: &Form| form.controls.iter().any(|control| control.value == own || control.options.contains(&own));
        // Invented people stand on no page: their code goes where the others' goes.
        let of_people = |form: &Form| form.buttons.iter().any(|(name, _)| name == PERSON);
        let form = find(page, |form| by_button(form) || by_control(form) || of_people(form))?;
        let unlisted = (PERSON.to_owned(), own.clone());
        let button = form.buttons.iter().find(|(_, value)| *value == own).or((!by_control(&form)).then_some(&unlisted));
        let chosen = |control: &Control| (control.value == own || control.options.contains(&own)).then(|| own.clone());
        self.submit(page, &form, form.filled(button, chosen)).await
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.browser.requests
    }

    /// Starts a draft for these children and fills it in up to the summary.
    ///
    /// A draft that was left half done is taken up where it stands.
    pub async fn prepare(&mut self, alunni: &[Alunno]) -> Result<Ready, Broken> {
        let modello = self.modello().await?;
        let mut page = self.open(&format!("{modello}/avvia")).await?;
        let draft = draft_path(&page)?;
        for _ in 0..PAGES_MAX {
            if page.url.path().ends_with(SUMMARY) {
                break;
            }
            page = match form_page(&page)? {
                Some(form) => self.fill(&page, &form, alunni).await?,
                None => {
                    let next = next_page(&page, &draft).unwrap_or_else(|| format!("{draft}{SUMMARY}"));
                    self.open(&next).await?
                }
            };
        }
        let form = find(&page, |form| form.controls.iter().any(|control| control.name == "chiave"))?;
        let send = form.buttons.iter().find(|(name, value)| name == BUTTON && value == "invia");
        let fields = form.filled(send, |control| (control.kind == "checkbox").then(|| control.value.clone()));
        let bozza = draft.rsplit('/').next().unwrap_or_default().replace('-', "");
        Ok(Ready { bozza, children: self.children, action: join(&page.url, &form.action)?, page: page.url, fields })
    }

    /// Goes to the page that asks for the certificate of a diet, in a draft with one child.
    pub async fn certificate(&mut self) -> Result<Certificate, Broken> {
        let modello = self.modello().await?;
        let draft = draft_path(&self.open(&format!("{modello}/avvia")).await?)?;
        self.press(&format!("{draft}/figli"), |value| value == "aggiungi:figli", |_| None).await?;
        let ill = |control: &Control| {
            (control.name.ends_with(".dieta_tipo") && control.value == "sanitaria").then(|| control.value.clone())
        };
        self.press(&format!("{draft}/dieta"), |value| value == "sospendi", ill).await?;
        Ok(Certificate { path: format!("{draft}/dieta-dettagli") })
    }

    /// Sends a file as that certificate: the answer, and how long it took.
    pub async fn give(
        &mut self,
        place: &Certificate,
        (name, declared, content): (&str, &str, &[u8]),
    ) -> Result<(Page, Duration), Broken> {
        let page = self.open(&place.path).await?;
        let form = form_page(&page)?.ok_or_else(|| unexpected("looking for the certificate", &page))?;
        let mut controls = form.controls.iter().filter(|control| control.kind == "file");
        let control = controls.next().ok_or_else(|| unexpected("looking for the control", &page))?.name.clone();
        let suspend = form.buttons.iter().find(|(name, value)| name == BUTTON && value == "sospendi");
        let mut fields = form.filled(suspend, |_| None);
        fields.retain(|(name, _)| *name != control);
        let file = SentFile { control: &control, name, declared, content };
        let since = Instant::now();
        let answer = self.browser.post_file(&page.url, join(&page.url, &form.action)?, &fields, &file).await?;
        Ok((answer, since.elapsed()))
    }

    async fn press(
        &mut self,
        path: &str,
        button: impl Fn(&str) -> bool,
        answer: impl Fn(&Control) -> Option<String>,
    ) -> Result<Page, Broken> {
        let page = self.open(path).await?;
        let form = form_page(&page)?.ok_or_else(|| unexpected("looking for a page of the draft", &page))?;
        let button = form.buttons.iter().find(|(name, value)| name == BUTTON && button(value));
        self.submit(&page, &form, form.filled(button, answer)).await
    }

    /// Presses Invia. `Ok` is the portal's word that it has the pratica.
    pub async fn send(&mut self, ready: &Ready) -> Result<Acknowledgement, Broken> {
        let answer = self.browser.post(&ready.page, ready.action.clone(), &ready.fields).await?;
        let filed = answer.location.as_ref().is_some_and(|next| next.path().ends_with("/inviata"));
        if filed { Ok(Acknowledgement { confirmation: answer }) } else { Err(unexpected("sending", &answer)) }
    }

    /// Reads the confirmation: numbers of the pratiche and of the registration.
    pub async fn confirm(&mut self, sent: &Acknowledgement) -> Result<(Vec<Numero>, Option<Numero>), Broken> {
        let page = self.browser.follow(sent.confirmation.clone()).await?;
        numbers(&page.body)
            .with_context(|| format!("reading the confirmation at {}", page.url.path()))
            .map_err(Broken::from)
    }

    async fn modello(&mut self) -> Result<String, Broken> {
        if let Some(known) = &self.modello {
            return Ok(known.clone());
        }
        let list = self.open(&format!("{ENTE}/pratiche/apertura/servizi-scolastici/iscrizione")).await?;
        let path =
            links(&list.body).find(|link| link.contains("/modelli/")).ok_or_else(|| unexpected("the list", &list))?;
        Ok(self.modello.insert(path.to_owned()).clone())
    }

    /// Looks the pratiche up afterwards: the list and the first of its pages.
    pub async fn consult(&mut self) -> Result<(), Broken> {
        let path = format!("{ENTE}/sezione-informativa/consultazione-pratiche");
        let list = self.open(&path).await?;
        let one = links(&list.body).find(|link| link.starts_with(&format!("{path}/")));
        let one = one.ok_or_else(|| unexpected("the list of pratiche", &list))?.to_owned();
        self.open(&one).await.map(drop)
    }

    /// Fills in one page of the form; the group first gets a row for each child. Answers where that led.
    async fn fill(&mut self, page: &Page, form: &Form, alunni: &[Alunno]) -> Result<Page, Broken> {
        let rows = rows(form);
        if let Some(button) = next_row(form, rows.len(), alunni.len()) {
            let changed = self.submit(page, form, form.filled(Some(button), |_| None)).await?;
            let again = form_page(&changed)?.ok_or_else(|| unexpected("adding a row", &changed))?;
            return Box::pin(self.fill(&changed, &again, alunni)).await;
        }
        if form.controls.iter().any(|control| control.name.ends_with(".figlio_cf")) {
            self.children = rows.len();
        }
        let next = form.buttons.iter().find(|(name, value)| name == BUTTON && value == "avanti");
        let child = |control: &Control| {
            let row = rows.iter().position(|row| control.name.split('.').nth(1) == Some(row))?;
            alunni.get(row)
        };
        let saved = self
            .submit(
                page,
                form,
                form.filled(next, |control| answer(control, child(control)).or_else(|| first_choice(form, control))),
            )
            .await?;
        if saved.status == 200 { Ok(saved) } else { Err(unexpected("saving a page", &saved)) }
    }

    async fn open(&mut self, path: &str) -> Result<Page, Broken> {
        let page = self.browser.open(join(&self.portal, path)?).await?;
        if page.url.path().ends_with("/accesso") && !path.contains("/accesso") {
            return Err(Broken::SignedOut);
        }
        if page.status == 200 { Ok(page) } else { Err(unexpected("opening a page", &page)) }
    }

    async fn submit_holding(&mut self, page: &Page, field: &str) -> Result<Page, Broken> {
        let form = find(page, |form| form.controls.iter().any(|control| control.name == field))?;
        self.submit(page, &form, form.filled(None, |_| None)).await
    }

    async fn submit(&mut self, page: &Page, form: &Form, fields: Vec<(String, String)>) -> Result<Page, Broken> {
        let answer = self.browser.post(&page.url, join(&page.url, &form.action)?, &fields).await?;
        self.browser.follow(answer).await
    }
}

/// The form of a page of a draft, if it is one.
fn form_page(page: &Page) -> Result<Option<Form>, Broken> {
    let holds = |form: &Form| form.controls.iter().any(|control| control.name == "revisione");
    Ok(forms(&page.body)?
        .into_iter()
        .find(|form| holds(form) && form.buttons.iter().any(|(_, value)| value == "avanti")))
}

/// Keys of the rows of the group, in the order of the page: `figli.<row>.figlio_cf`.
fn rows(form: &Form) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for control in &form.controls {
        let mut parts = control.name.split('.');
        if let (Some(_), Some(row), Some(_)) = (parts.next(), parts.next(), parts.next())
            && !rows.iter().any(|known| known == row)
        {
            rows.push(row.to_owned());
        }
    }
    rows
}

/// The button that brings the number of rows nearer to the number of children, where the page has such buttons.
fn next_row(form: &Form, rows: usize, children: usize) -> Option<&(String, String)> {
    // A child of our own, not one that the register offers: those have a key behind a second colon.
    let empty_row = |value: &str| value.starts_with("aggiungi:") && value.matches(':').count() == 1;
    let mut buttons = form.buttons.iter().filter(|(name, _)| name == BUTTON);
    if rows < children {
        buttons.find(|(_, value)| empty_row(value))
    } else if rows > children {
        buttons.find(|(_, value)| value.starts_with("rimuovi:"))
    } else {
        None
    }
}

/// What a parent answers, for `alunno` in a row of the group; `None` leaves what is there.
fn answer(control: &Control, alunno: Option<&Alunno>) -> Option<String> {
    let (field, part) = match control.name.rsplit_once('.') {
        Some((rest, part @ ("g" | "m" | "a"))) => (rest.rsplit('.').next()?, part),
        Some((_, field)) => (field, ""),
        None => (control.name.as_str(), ""),
    };
    let known = match (field, part) {
        ("figlio_cf", _) => alunno?.codice_fiscale.clone(),
        ("figlio_cognome", _) => alunno?.cognome.to_owned(),
        ("figlio_nome", _) => alunno?.nome.to_owned(),
        ("figlio_nascita", "g") => alunno?.nascita.format("%d").to_string(),
        ("figlio_nascita", "m") => alunno?.nascita.format("%m").to_string(),
        ("figlio_nascita", "a") => alunno?.nascita.format("%Y").to_string(),
        (_, _) if !control.value.is_empty() && !matches!(control.kind.as_str(), "radio" | "checkbox") => return None,
        ("residenza_indirizzo", _) => "Via Roma 12".to_owned(),
        ("residenza_cap", _) => "24040".to_owned(),
        ("residenza_comune", _) => "Calvenzano".to_owned(),
        ("email", _) => "prova@posta.example".to_owned(),
        ("qualita", _) => "genitore".to_owned(),
        ("dieta_tipo", _) => "nessuna".to_owned(),
        ("modalita", _) => "PAGOPA".to_owned(),
        ("isee_scelta", _) => "non_dichiaro".to_owned(),
        ("cf_mancante" | "domicilio_diverso" | "altro_presente" | "occasionale" | "disabilita", _) => "no".to_owned(),
        ("figlio_residenza_uguale", _) => "si".to_owned(),
        _ => match control.kind.as_str() {
            "select" => control.options.iter().find(|option| !option.is_empty())?.clone(),
            "checkbox" => control.value.clone(),
            _ => return None,
        },
    };
    Some(known)
}

/// Of radio buttons that nobody has chosen from: the first.
fn first_choice(form: &Form, control: &Control) -> Option<String> {
    let mut group = form.controls.iter().filter(|other| control.kind == "radio" && other.name == control.name);
    let first = group.clone().next()?.value.clone();
    (!group.any(|other| other.checked)).then_some(first)
}

/// The form that `wanted` describes.
pub(crate) fn find(page: &Page, wanted: impl Fn(&Form) -> bool) -> Result<Form, Broken> {
    let forms = forms(&page.body)?;
    forms.into_iter().find(wanted).ok_or_else(|| unexpected("looking for a form", page))
}

pub(crate) fn join(base: &Url, path: &str) -> Result<Url, Broken> {
    base.join(path).map_err(|error| Broken::Fault(format!("{path} is no address: {error}")))
}

fn draft_path(page: &Page) -> Result<String, Broken> {
    let path = page.url.path();
    let id = path.split_once("/compila/").and_then(|(_, rest)| rest.split('/').next());
    id.map(|id| format!("{ENTE}/compila/{id}")).ok_or_else(|| unexpected("starting a draft", page))
}

/// The first page of the task list that is not complete.
fn next_page(tasks: &Page, draft: &str) -> Option<String> {
    let items = tasks.body.split("<li").skip(1);
    let open = items.filter(|item| !item.contains("Completato"));
    let mut pages = open.filter_map(|item| links(item).find(|link| link.starts_with(&format!("{draft}/"))));
    pages.find(|link| !link.ends_with("/riepilogo") && !link.ends_with("/elimina")).map(str::to_owned)
}

fn links(html: &str) -> impl Iterator<Item = &str> {
    html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next())
}

/// Numbers out of the confirmation: "2026/184" in the lines of pratiche, "n. 4127/2026" in that of the register.
fn numbers(html: &str) -> anyhow::Result<(Vec<Numero>, Option<Numero>)> {
    let list = html.split("numeri-pratica").nth(1).and_then(|rest| rest.split("</dl>").next());
    let list = list.ok_or_else(|| anyhow!("no list of numbers"))?;
    // The line of the register is the last one with a number.
    let (lines, registration) = list.split_once("n. ").map_or((list, None), |(lines, rest)| (lines, Some(rest)));
    let protocollo = registration.map(|text| pair(text.split([' ', '<']).next().unwrap_or_default())).transpose()?;
    let protocollo = protocollo.map(|(numero, anno)| Numero { anno, numero });
    let words = lines.split(['<', '>']).map(str::trim).filter(|word| word.contains('/') && !word.starts_with('/'));
    let pratiche: Vec<Numero> =
        words.filter_map(|word| pair(word).ok()).map(|(anno, numero)| Numero { anno, numero }).collect();
    if pratiche.is_empty() { Err(anyhow!("no number of a pratica")) } else { Ok((pratiche, protocollo)) }
}

/// Two numbers with a slash between them.
fn pair(text: &str) -> anyhow::Result<(i64, i64)> {
    let (first, second) = text.split_once('/').with_context(|| format!("{text} is no number within a year"))?;
    Ok((first.trim().parse()?, second.trim().parse()?))
}

/// A page that should not have come: where it is and what it says is wrong.
pub(crate) fn unexpected(doing: &str, page: &Page) -> Broken {
    let between = |open: &str, close: &str| {
        page.body.split(open).nth(1).and_then(|rest| rest.split(close).next()).unwrap_or_default().trim().to_owned()
    };
    let box_text = between("role=\"alert\"", "</div>");
    Broken::Fault(format!(
        "{doing}: {} answers {} «{}» {box_text}",
        page.url.path(),
        page.status,
        between("<title>", "</title>")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_confirmation_are_read() {
        let html = r#"<p>A.S. 2026/2027</p><dl class="dati numeri-pratica">
            <div><dt>Pratica di Sofia Ferrari</dt><dd><b>2026/184</b></dd></div>
            <div><dt>Pratica di Tommaso Ferrari</dt><dd><b>2026/185</b></dd></div>
            <div><dt>Protocollo</dt><dd>n. 4127/2026 del 16 giugno 2026, ore 21.32</dd></div></dl>"#;
        let number = |numero| Numero { anno: 2026, numero };
        assert_eq!(numbers(html).expect("numbers"), (vec![number(184), number(185)], Some(number(4127))));
        assert!(numbers("<dl class=\"numeri-pratica\"></dl>").is_err());
    }

    #[test]
    fn the_first_page_that_is_not_complete_comes_next() {
        let html = r#"<ol><li><a href="/e/compila/1/privacy">Privacy</a> Completato</li>
            <li><a href="/e/compila/1/figli">Figli</a> Da fare</li><li><a href="/e/compila/1/riepilogo">Riepilogo</a></li></ol>"#;
        let url = "http://127.0.0.1/e/compila/1".parse().expect("an address");
        let page = Page { status: 200, url, location: None, body: html.into() };
        assert_eq!(next_page(&page, "/e/compila/1").as_deref(), Some("/e/compila/1/figli"));
    }
}
