//! Pratiche in every state, made by the use cases themselves in the name of invented families.

use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::NaiveDate;
use sportello_app::{
    Actor, Ctx, Portal, accesso,
    bozza::{self, BozzaPage, Next, PageAction, PageForm, Saved},
    ente,
    invio::{self, InvioForm, Sent},
    pratica,
    risposta::{self, Awaited, Risposta},
    ufficio::{self, Act, Decision, Outcome, Request},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    calendar::legal_date,
    ente::Ente,
    famiglie::{self, Famiglia},
    id::{BozzaId, PraticaId},
    identita::{Identita, IdentityLevel, IdentityScheme},
    lingua::Lingua,
    modello::view::{Block, Control, FieldView, Shown},
    ruolo::Ruolo,
};

use super::{families::ENROLLED, rette};

/// The ente whose families file something.
pub const ENTE: &str = "calvenzano";
/// Codice fiscale of the parent who pays by direct debit.
pub const BY_DEBIT: &str = "FMGLNE88E57A794M";
const MODELLO: &str = "iscrizione-mensa";

/// What becomes of a family's filing.
#[derive(Clone, Copy)]
enum Ending {
    Filed,
    Taken,
    Accepted,
    Rejected,
    Withdrawn,
}

/// One filing for each, in this order.
const ENDINGS: [Ending; 12] = [
    Ending::Accepted,
    Ending::Filed,
    Ending::Taken,
    Ending::Accepted,
    Ending::Rejected,
    Ending::Filed,
    Ending::Filed,
    Ending::Withdrawn,
    Ending::Accepted,
    Ending::Taken,
    Ending::Filed,
    Ending::Filed,
];

/// Tells the story of the demonstration. `before`: who was enrolled in the school year before.
pub async fn tell(portal: &Portal, before: &[String]) -> anyhow::Result<()> {
    let today = legal_date(portal.clock().now());
    let (ente, families) = (ours(portal).await?, families(today)?);
    let clerk = clerk(portal, &ente).await?;
    // The first two lines are the elder children of Maria, who files for them in front of whoever tries the portal.
    let others = families.iter().skip(2).step_by(7).zip(ENDINGS);
    let children = file_all(portal, &ente, &clerk, others.chain(enrolled(&families))).await?;
    suspended(portal, &ente).await?;
    rette::issue(portal, &clerk, today, &children, before).await
}

/// Enrols those who eat at school already, for the year whose modello is offered now; gives the children.
pub async fn enrol(portal: &Portal) -> anyhow::Result<Vec<String>> {
    let (ente, families) = (ours(portal).await?, families(legal_date(portal.clock().now()))?);
    let clerk = clerk(portal, &ente).await?;
    file_all(portal, &ente, &clerk, enrolled(&families)).await
}

async fn ours(portal: &Portal) -> anyhow::Result<Arc<Ente>> {
    ente::by_slug(portal, ENTE).await?.context("the ente of the demonstration")
}

fn families(today: NaiveDate) -> anyhow::Result<Vec<Famiglia>> {
    let file = super::families::csv(ENTE, 300, AnnoScolastico::of(today));
    famiglie::read(file.as_bytes()).map_err(|faults| anyhow::anyhow!("{}", faults[0]))
}

/// The last lines of the file.
fn enrolled(families: &[Famiglia]) -> impl Iterator<Item = (&Famiglia, Ending)> {
    families.iter().rev().take(ENROLLED).zip([Ending::Accepted; ENROLLED])
}

/// Files for each family and brings it to its end; gives the children whose enrolment was accepted.
async fn file_all<'f>(
    portal: &Portal,
    ente: &Arc<Ente>,
    clerk: &Ctx,
    families: impl Iterator<Item = (&'f Famiglia, Ending)>,
) -> anyhow::Result<Vec<String>> {
    let mut children = Vec::new();
    for (family, ending) in families {
        let ctx = citizen(portal, ente, payer(family)).await?;
        let sent = file_for(portal, &ctx, family).await?;
        for id in sent {
            end(portal, &ctx, clerk, id, ending).await?;
        }
        if matches!(ending, Ending::Accepted) {
            children.push(family.alunno.codice_fiscale.clone());
        }
    }
    Ok(children)
}

/// The draft that Samir left half-way.
async fn suspended(portal: &Portal, ente: &Arc<Ente>) -> anyhow::Result<()> {
    let ctx =
        citizen(portal, ente, identita("HDDSMR88A30Z330S", "Samir", "Haddad", "samir.haddad@posta.example")).await?;
    let id = bozza::start(portal, &ctx, MODELLO).await?;
    for page in ["privacy", "richiedente"] {
        save(portal, &ctx, id, page, PageAction::Suspend, &answer_applicant).await?;
    }
    Ok(())
}

fn payer(family: &Famiglia) -> Identita {
    let pagante = &family.pagante;
    let email = family.email.as_deref().unwrap_or("famiglia@posta.example");
    identita(&pagante.codice_fiscale, &pagante.nome, &pagante.cognome, email)
}

pub(super) fn identita(codice_fiscale: &str, nome: &str, cognome: &str, email: &str) -> Identita {
    Identita {
        scheme: IdentityScheme::Spid,
        provider: "dimostrazione".to_owned(),
        level: IdentityLevel::L2,
        codice_fiscale: codice_fiscale.to_owned(),
        nome: nome.to_owned(),
        cognome: cognome.to_owned(),
        nascita: birth_of(codice_fiscale),
        luogo_nascita: None,
        email: Some(email.to_owned()),
        cellulare: None,
    }
}

/// The day of birth of a grown-up, from the code: in the demonstration all were born before 2000.
fn birth_of(codice_fiscale: &str) -> Option<chrono::NaiveDate> {
    sportello_domain::codice_fiscale::CodiceFiscale::parse(codice_fiscale, None).ok()?.birth_in(1900)
}

pub(super) async fn citizen(portal: &Portal, ente: &Arc<Ente>, identita: Identita) -> anyhow::Result<Ctx> {
    let signed = accesso::introduce(portal, ente, identita).await?;
    Ok(ctx(portal, ente, Actor::Cittadino(signed)))
}

async fn clerk(portal: &Portal, ente: &Arc<Ente>) -> anyhow::Result<Ctx> {
    let anna = identita("BRMNNA79E49A794H", "Anna", "Brambilla", "anna.brambilla@posta.example");
    let signed = accesso::introduce(portal, ente, anna).await?;
    Ok(ctx(
        portal,
        ente,
        Actor::Operatore(signed, vec![Ruolo::OperatoreIstruzione, Ruolo::Responsabile, Ruolo::Ragioneria]),
    ))
}

pub(super) fn ctx(portal: &Portal, ente: &Arc<Ente>, actor: Actor) -> Ctx {
    Ctx { ente: ente.clone(), actor, request: portal.request_id(), lingua: Lingua::It, on_behalf: None }
}

/// Fills every page in and sends it; gives the pratiche.
async fn file_for(portal: &Portal, ctx: &Ctx, family: &Famiglia) -> anyhow::Result<Vec<PraticaId>> {
    let id = bozza::start(portal, ctx, MODELLO).await?;
    let mut next = bozza::frame(portal, ctx, id).await?.pages.first().map(|page| page.id.clone());
    while let Some(page) = next {
        if page == "figli" {
            let offered = offered(&bozza::page(portal, ctx, id, &page).await?, family);
            let offered =
                offered.with_context(|| format!("no child is offered to the payer of line {}", family.line))?;
            let add = PageAction::AddRow { group: "figli".to_owned(), offered: Some(offered) };
            save(portal, ctx, id, &page, add, &|field| answer(field, family)).await?;
        }
        next = save(portal, ctx, id, &page, PageAction::Next, &|field| answer(field, family)).await?;
    }
    let shown = bozza::summary(portal, ctx, id).await?;
    let form = InvioForm { key: shown.key, hash: shown.hash, revision: shown.frame.revision, declared: true };
    match invio::submit(portal, ctx, id, form).await? {
        Sent::Filed => Ok(invio::sent(portal, ctx, id).await?.pratiche.into_iter().map(|sent| sent.id).collect()),
        Sent::Again { reason, summary } => {
            bail!("a filing of the demonstration was refused: {reason:?} {:?}", summary.problems)
        }
    }
}

/// The child of this line among those that the register offers.
fn offered(page: &BozzaPage, family: &Famiglia) -> Option<String> {
    let name = format!("{} {}", family.alunno.nome, family.alunno.cognome);
    page.page.blocks.iter().find_map(|block| match block {
        Block::Group(group) => group.offered.iter().find(|offer| offer.title == name).map(|offer| offer.key.clone()),
        Block::Field(_) => None,
    })
}

/// Sends one page, with what is there and `answer` for what is empty; gives the page that follows.
async fn save(
    portal: &Portal,
    ctx: &Ctx,
    id: BozzaId,
    page: &str,
    action: PageAction,
    answer: &dyn Fn(&FieldView) -> Option<String>,
) -> anyhow::Result<Option<String>> {
    let shown = bozza::page(portal, ctx, id, page).await?;
    let mut fields = Vec::new();
    for field in drawn(&shown) {
        match &field.value {
            Shown::Text(text) => fields.push((field.name.clone(), text.clone())),
            Shown::Date { day, month, year } => {
                let parts = [("g", day), ("m", month), ("a", year)];
                fields.extend(parts.map(|(part, value)| (format!("{}.{part}", field.name), value.clone())));
            }
            Shown::Flag(true) => fields.push((field.name.clone(), "si".to_owned())),
            Shown::Empty | Shown::Flag(false) | Shown::InControl => {
                fields.extend(answer(field).into_iter().map(|value| (field.name.clone(), value)));
            }
        }
    }
    let form = PageForm { revision: shown.frame.revision, action, fields, files: Vec::new(), ..PageForm::default() };
    match bozza::save(portal, ctx, id, page, form).await? {
        Saved::Invalid(page) => bail!("page {} of the demonstration is refused: {:?}", page.page.id, page.problems),
        Saved::Conflict(_) => bail!("a draft of the demonstration was saved by somebody else"),
        Saved::Next(Next::Page(next)) => Ok(Some(next)),
        Saved::Next(Next::Summary) | Saved::Again | Saved::Suspended | Saved::Back(_) => Ok(None),
    }
}

fn drawn(page: &BozzaPage) -> impl Iterator<Item = &FieldView> {
    page.page.blocks.iter().flat_map(|block| match block {
        Block::Field(field) => vec![field],
        Block::Group(group) => group.rows.iter().flat_map(|row| &row.fields).collect(),
    })
}

/// What the families of the demonstration answer.
fn answer(field: &FieldView, family: &Famiglia) -> Option<String> {
    let name = field.name.rsplit('.').next().unwrap_or(&field.name);
    let infanzia = family.grado == "infanzia";
    Some(match name {
        "giorni" if infanzia => "ven".to_owned(),
        "giorni" => "lun".to_owned(),
        "dieta_tipo" if family.line.is_multiple_of(5) => "etico_religiosa".to_owned(),
        "dieta_tipo" => "nessuna".to_owned(),
        "dieta_alimenti" => "maiale".to_owned(),
        "isee_scelta" => "non_dichiaro".to_owned(),
        "modalita" if family.pagante.codice_fiscale == BY_DEBIT => "SDD".to_owned(),
        "modalita" => "PAGOPA".to_owned(),
        "iban" => "IT60X0542811101000000123456".to_owned(),
        "mandato" => "si".to_owned(),
        _ => return chosen(field).or_else(|| answer_applicant(field)),
    })
}

fn answer_applicant(field: &FieldView) -> Option<String> {
    Some(match field.name.as_str() {
        "privacy" => "si".to_owned(),
        "qualita" => "genitore".to_owned(),
        "residenza_indirizzo" => "Via dei Tigli 8".to_owned(),
        "residenza_cap" => "24040".to_owned(),
        "residenza_comune" => "Calvenzano".to_owned(),
        _ => return None,
    })
}

/// What a choice holds already.
fn chosen(field: &FieldView) -> Option<String> {
    match &field.control {
        Control::Choice { options, .. } | Control::MultiChoice { options } => {
            options.iter().find(|option| option.chosen).map(|option| option.value.clone())
        }
        _ => None,
    }
}

async fn end(portal: &Portal, citizen: &Ctx, clerk: &Ctx, id: PraticaId, ending: Ending) -> anyhow::Result<()> {
    let decision = |version, accept, reason: &str| Decision { version, accept, reason: reason.to_owned() };
    match ending {
        Ending::Filed => {}
        Ending::Taken => take(portal, clerk, id).await.map(drop)?,
        Ending::Accepted => {
            let version = take(portal, clerk, id).await?;
            ufficio::decide(portal, clerk, id, &decision(version, true, "")).await?;
        }
        Ending::Rejected => {
            let version = take(portal, clerk, id).await?;
            let reason = "Il bambino frequenta una classe senza rientri pomeridiani: la mensa non è prevista.";
            let notice = Request { version, reason: reason.to_owned(), fields: Vec::new() };
            ufficio::give_notice(portal, clerk, id, &notice).await?;
            let answer = Risposta { words: "Da gennaio cambiamo classe.".to_owned(), ..Risposta::default() };
            risposta::give(portal, citizen, id, Awaited::Osservazioni, answer).await?;
            let reply = "La nuova classe non è ancora assegnata: presenta una domanda quando lo è.";
            let version = take(portal, clerk, id).await?;
            let (reason, reply) = (reason.to_owned(), reply.to_owned());
            ufficio::conclude(portal, clerk, id, &Act { version, outcome: Outcome::Reject, reason, reply }).await?;
        }
        Ending::Withdrawn => pratica::withdraw(portal, citizen, id).await?,
    }
    Ok(())
}

/// Takes a pratica in charge; gives its version after that.
async fn take(portal: &Portal, clerk: &Ctx, id: PraticaId) -> anyhow::Result<i64> {
    let version = ufficio::page(portal, clerk, id).await?.version;
    ufficio::take(portal, clerk, id, version).await?;
    Ok(ufficio::page(portal, clerk, id).await?.version)
}
