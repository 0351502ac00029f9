//! One spontaneous payment: what is known of it, the debts that it may stand for and why, the two ways to settle it.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    Error as App,
    riconciliazione::{self, Candidate, Hint, PaymentPage, PaymentState, Subject, Unmatched},
};
use sportello_domain::{
    id::{PagamentoSpontaneoId, PosizioneId},
    spontaneo::Struttura,
};

use super::payment_path;
use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_status, id, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{OfficeStatus, conferma::Conferma, esito, framed, menu::RICONCILIAZIONE},
};

#[derive(Template)]
#[template(path = "ufficio/riconciliazione-pagamento.html")]
struct View {
    page: Page,
    path: String,
    status: OfficeStatus,
    late: Option<String>,
    errors: ErrorBox,
    facts: Vec<(String, String)>,
    /// The debts to choose from, while it waits.
    candidates: Vec<CandidateView>,
    waits: bool,
    /// The debts that it stands for, in words, with amounts.
    stands_for: Vec<(String, String)>,
    decided: Option<esito::Said>,
    resolve: Option<esito::Form>,
}

struct CandidateView {
    id: String,
    alunno: String,
    causale: String,
    due: String,
    owed: String,
    why: Vec<String>,
    chosen: bool,
}

/// What forms of the page brought that was not carried out.
#[derive(Default)]
struct Typed {
    chosen: Vec<String>,
    resolve: esito::Typed,
    errors: Vec<(&'static str, String)>,
    late: Option<String>,
}

/// Shows a payment.
pub async fn show(cx: Cx, Path(pagamento): Path<String>) -> Result<Response> {
    let shown = riconciliazione::payment(&cx.portal, &cx.ctx, id(&pagamento)?).await?;
    draw(&cx, &shown, Typed::default())
}

/// Leads from the address of a form of a payment to the payment.
pub async fn back(cx: Cx, Path(pagamento): Path<String>) -> Result<Response> {
    Ok(cx.see_other(&payment_path(id(&pagamento)?)))
}

/// Says which debts a payment stands for: first the page that says what it will do, then the deed.
pub async fn assign(cx: Cx, Path(pagamento): Path<String>, posted: Posted) -> Result<Response> {
    let pagamento: PagamentoSpontaneoId = id(&pagamento)?;
    let shown = riconciliazione::payment(&cx.portal, &cx.ctx, pagamento).await?;
    let chosen: Vec<String> =
        posted.fields.iter().filter(|(name, _)| name == "debito").map(|(_, value)| value.clone()).collect();
    let PaymentState::Waiting(candidates) = &shown.state else { return too_late(&cx, &shown, chosen) };
    let picked: Vec<&Candidate> = candidates.iter().filter(|one| chosen.contains(&one.id.to_string())).collect();
    if let Some(problem) = problem(cx.t, &shown.payment, &picked, chosen.len()) {
        return draw(&cx, &shown, Typed { chosen, errors: vec![("debito", problem)], ..Typed::default() });
    }
    if posted.text("conferma") != "si" {
        return html(&confirm(&cx, &shown.payment, &picked));
    }
    let debts: Vec<PosizioneId> = picked.iter().map(|one| one.id).collect();
    match riconciliazione::assign(&cx.portal, &cx.ctx, pagamento, &debts).await {
        Ok(()) => Ok(cx.see_other(&payment_path(pagamento))),
        Err(App::NotAllowedNow | App::Stale | App::Unacceptable(_)) => {
            let shown = riconciliazione::payment(&cx.portal, &cx.ctx, pagamento).await?;
            too_late(&cx, &shown, chosen)
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with a choice.
fn problem(t: Text, payment: &Unmatched, picked: &[&Candidate], chosen: usize) -> Option<String> {
    if picked.is_empty() {
        return Some(t.get("riconciliazione-scegli"));
    }
    if picked.len() != chosen {
        return Some(t.get("riconciliazione-cambiati"));
    }
    let sum: i64 = picked.iter().map(|one| one.owed.cents()).sum();
    let wrong = sum != payment.amount.cents();
    wrong.then(|| t.get2("riconciliazione-somma", "scelti", t.euro(sum), "pagato", t.euro(payment.amount.cents())))
}

/// The same form again leads to what it did; another one is told who was first, or that debts changed.
fn too_late(cx: &Cx, shown: &PaymentPage, chosen: Vec<String>) -> Result<Response> {
    let twin = shown.decided.as_ref().is_some_and(|decided| decided.by_me);
    if twin && matches!(shown.state, PaymentState::Matched(_)) {
        return Ok(cx.see_other(&payment_path(shown.payment.id)));
    }
    let late = match shown.state {
        PaymentState::Waiting(_) => cx.t.get("riconciliazione-cambiati"),
        PaymentState::Matched(_) | PaymentState::Resolved => esito::first(cx.t, shown.decided.as_ref()),
    };
    draw(cx, shown, Typed { chosen, late: Some(late), ..Typed::default() })
}

fn confirm(cx: &Cx, payment: &Unmatched, picked: &[&Candidate]) -> Conferma {
    let t = cx.t;
    let path = payment_path(payment.id);
    let page = framed(&cx.page(""), t.get("riconciliazione-conferma"))
        .crumb(t.get("riconciliazione-titolo"), RICONCILIAZIONE)
        .crumb(title(t, payment), path.clone());
    let fact = |one: &&Candidate| (format!("{}, {}", one.causale, one.alunno), t.euro(one.owed.cents()));
    let carried = picked.iter().map(|one| ("debito", one.id.to_string()));
    Conferma {
        page,
        said: vec![
            t.get2(
                "riconciliazione-conferma-testo",
                "importo",
                t.euro(payment.amount.cents()),
                "chi",
                payment.nome.as_str(),
            ),
            t.get("riconciliazione-conferma-effetto"),
        ],
        facts: picked.iter().map(fact).collect(),
        action: format!("{path}/abbina"),
        carried: [("conferma", "si".to_owned())].into_iter().chain(carried).collect(),
        button: t.get("riconciliazione-abbina-fai"),
        back: path,
    }
}

/// Takes a payment out of the queue that was settled in another way.
pub async fn resolve(cx: Cx, Path(pagamento): Path<String>, posted: Posted) -> Result<Response> {
    let pagamento: PagamentoSpontaneoId = id(&pagamento)?;
    let shown = riconciliazione::payment(&cx.portal, &cx.ctx, pagamento).await?;
    let (typed, outcome) = esito::read(&posted);
    let outcome = match (outcome, esito::problems(cx.t, outcome, &typed)) {
        (Some(outcome), errors) if errors.is_empty() => outcome,
        (_, errors) => return draw(&cx, &shown, Typed { resolve: typed, errors, ..Typed::default() }),
    };
    match riconciliazione::resolve(&cx.portal, &cx.ctx, Subject::Pagamento(pagamento), outcome, &typed.reason).await {
        Ok(()) => Ok(cx.see_other(&payment_path(pagamento))),
        Err(App::NotAllowedNow) => {
            let shown = riconciliazione::payment(&cx.portal, &cx.ctx, pagamento).await?;
            let decided = shown.decided.as_ref();
            if decided.is_some_and(|decided| esito::is_twin(decided, outcome, &typed)) {
                return Ok(cx.see_other(&payment_path(pagamento)));
            }
            let late = Some(esito::first(cx.t, decided));
            draw(&cx, &shown, Typed { resolve: typed, late, ..Typed::default() })
        }
        Err(error) => Err(error.into()),
    }
}

fn draw(cx: &Cx, shown: &PaymentPage, typed: Typed) -> Result<Response> {
    html_status(refused_as(typed.late.is_some(), !typed.errors.is_empty()), &view(&cx.page(""), shown, typed))
}

/// "Pagamento di Giulia Bianchi".
fn title(t: Text, payment: &Unmatched) -> String {
    t.get1("riconciliazione-pagamento-di", "chi", payment.nome.as_str())
}

fn view(base: &Page, shown: &PaymentPage, typed: Typed) -> View {
    let (t, payment) = (base.t, &shown.payment);
    let Typed { chosen, resolve, errors, late } = typed;
    let errors = ErrorBox::of_fields(t, errors);
    let failed = late.is_some() || !errors.problems.is_empty();
    let page = framed(base, title(t, payment)).crumb(t.get("riconciliazione-titolo"), RICONCILIAZIONE);
    let path = payment_path(payment.id);
    let (words, shape) = match shown.state {
        PaymentState::Waiting(_) => (t.get("riconciliazione-aspetta"), "st-nuova"),
        PaymentState::Matched(_) => (t.get("riconciliazione-abbinato"), "st-ok"),
        PaymentState::Resolved => (t.get("riconciliazione-chiuso"), "st-ok"),
    };
    let (candidates, stands_for) = match &shown.state {
        PaymentState::Waiting(candidates) => {
            (candidates.iter().map(|one| candidate_view(t, one, &chosen)).collect(), Vec::new())
        }
        PaymentState::Matched(debts) => {
            (Vec::new(), debts.iter().map(|(words, amount)| (words.clone(), t.euro(amount.cents()))).collect())
        }
        PaymentState::Resolved => (Vec::new(), Vec::new()),
    };
    let waits = matches!(shown.state, PaymentState::Waiting(_));
    View {
        page: page.failed_if(failed),
        status: OfficeStatus { words, shape },
        late,
        facts: facts(t, payment),
        candidates,
        waits,
        stands_for,
        decided: shown.decided.as_ref().map(|decided| esito::said(t, decided)),
        resolve: waits.then(|| esito::form(t, format!("{path}/chiudi"), resolve, &errors)),
        errors,
        path,
    }
}

fn facts(t: Text, payment: &Unmatched) -> Vec<(String, String)> {
    let months: Vec<String> = payment.periodi.iter().map(|day| t.month(*day)).collect();
    let struttura = match payment.struttura {
        Struttura::Infanzia => t.get("spontaneo-infanzia"),
        Struttura::Primaria => t.get("spontaneo-primaria"),
    };
    let mut facts = vec![
        (t.get("riconciliazione-importo"), t.euro(payment.amount.cents())),
        (t.get("riconciliazione-pagato-il"), t.date(payment.paid_on)),
        (t.get("riconciliazione-chi-paga"), payment.nome.clone()),
        (t.get("riconciliazione-cf"), payment.codice_fiscale.clone()),
        (t.get("riconciliazione-alunno"), payment.alunno.clone()),
        (t.get("riconciliazione-mesi"), months.join(", ")),
        (t.get("riconciliazione-scuola"), struttura),
    ];
    facts.extend(payment.dati.clone().map(|dati| (t.get("riconciliazione-dati"), dati)));
    facts
}

fn candidate_view(t: Text, one: &Candidate, chosen: &[String]) -> CandidateView {
    let hint = |hint: &Hint| match hint {
        Hint::Child => t.get("riconciliazione-perche-alunno"),
        Hint::Amount => t.get("riconciliazione-perche-importo"),
        Hint::Sum => t.get("riconciliazione-perche-somma"),
    };
    let mut why = vec![t.get("riconciliazione-perche-pagante")];
    why.extend(one.hints.iter().map(hint));
    if one.same_month {
        why.push(t.get("riconciliazione-perche-mese"));
    }
    let id = one.id.to_string();
    CandidateView {
        chosen: chosen.contains(&id),
        id,
        alunno: one.alunno.clone(),
        causale: one.causale.clone(),
        due: t.date(one.due_on),
        owed: t.euro(one.owed.cents()),
        why,
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::riconciliazione::Esito;
    use sportello_domain::{euro::Euro, lingua::Lingua};

    use super::{
        super::tests::{decided, unmatched},
        *,
    };
    use crate::{
        compila::sample::{base, day, uuid},
        ufficio::sample::see,
    };

    fn candidate(n: u32, cents: i64, hints: &[Hint]) -> Candidate {
        Candidate {
            id: uuid(n),
            alunno: "Sofia Ferrari".into(),
            causale: format!("Mensa scolastica ottobre 2026 - retta {n}/M/2026"),
            due_on: day(),
            owed: Euro::from_cents(cents),
            hints: hints.to_vec(),
            same_month: n == 1,
        }
    }

    fn page(state: PaymentState, by: Option<Esito>) -> PaymentPage {
        PaymentPage { payment: unmatched(), state, decided: by.map(decided) }
    }

    fn waiting() -> PaymentPage {
        let candidates = vec![
            candidate(1, 8_100, &[Hint::Child, Hint::Sum]),
            candidate(2, 5_820, &[Hint::Sum]),
            candidate(3, 1, &[]),
        ];
        page(PaymentState::Waiting(candidates), None)
    }

    #[test]
    fn the_page_renders_in_every_language() {
        let matched = || PaymentState::Matched(vec![("Mensa ottobre".into(), Euro::from_cents(13_920))]);
        see("ufficio-riconciliazione-pagamento", |base| view(&base, &waiting(), Typed::default()));
        see("ufficio-riconciliazione-senza", |base| {
            view(&base, &page(PaymentState::Waiting(vec![]), None), Typed::default())
        });
        see("ufficio-riconciliazione-abbinato", |base| {
            view(&base, &page(matched(), Some(Esito::Matched)), Typed::default())
        });
        see("ufficio-riconciliazione-da-solo", |base| view(&base, &page(matched(), None), Typed::default()));
        see("ufficio-riconciliazione-chiuso", |base| {
            view(&base, &page(PaymentState::Resolved, Some(Esito::Refunded)), Typed::default())
        });
        see("ufficio-riconciliazione-errori", |base| {
            let errors =
                vec![("debito", "Somma".to_owned()), ("esito", "Scegli".into()), ("motivo-esito", "Scrivi".into())];
            let typed = Typed {
                errors,
                late: Some("Rita".into()),
                chosen: vec![uuid::<PosizioneId>(2).to_string()],
                ..Typed::default()
            };
            view(&base, &waiting(), typed)
        });
    }

    #[test]
    fn a_choice_that_does_not_add_up_is_said_with_both_amounts_and_kept() {
        let t = Text(Lingua::It);
        let shown = waiting();
        let PaymentState::Waiting(candidates) = &shown.state else { unreachable!("it waits") };
        let said = |picked: &[&Candidate], chosen| problem(t, &shown.payment, picked, chosen);
        assert_eq!(said(&[&candidates[0], &candidates[1]], 2), None);
        let wrong = said(&[&candidates[0]], 1).unwrap();
        assert!(wrong.contains("81,00") && wrong.contains("139,20"), "{wrong}");
        assert!(said(&[], 0).is_some() && said(&[&candidates[0]], 2).is_some());
        let typed = Typed { chosen: vec![candidates[1].id.to_string()], ..Typed::default() };
        let html = view(&base(Lingua::It), &shown, typed).render().unwrap();
        assert_eq!(html.matches(" checked").count(), 1);
    }
}
