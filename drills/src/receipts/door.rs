//! Somebody at the public door of an ente who begins a spontaneous payment and reads its notice number.

use reqwest::Url;
use sportello_domain::avviso::NumeroAvviso;

use crate::browser::{Broken, Browser, Page};
use crate::form::Control;
use crate::journey::{find, join, unexpected};
use crate::population::Alunno;

/// Somebody with a browser who has not signed in.
pub(super) struct Door {
    browser: Browser,
    portal: Url,
}

/// A form that is filled in: the same one sent again begins the same payment.
pub(super) struct Filled {
    page: Url,
    action: Url,
    fields: Vec<(String, String)>,
}

impl Door {
    /// A browser that has never been here.
    pub(super) fn new(portal: Url) -> anyhow::Result<Self> {
        Ok(Self { browser: Browser::new()?, portal })
    }

    /// Fills in the form for an amount.
    pub(super) async fn fill(&mut self, slug: &str, payer: &Alunno, cents: i64) -> Result<Filled, Broken> {
        let address = join(&self.portal, &format!("/pagopa/{slug}/spontaneo/mensa-scolastica"))?;
        let page = self.browser.open(address).await?;
        let form = find(&page, |form| form.controls.iter().any(|control| control.name == "importo"))?;
        // Of the months the first one, whose box is found by its value.
        let month = form.controls.iter().find(|control| control.name == "periodo");
        let month =
            month.map(|control| control.value.clone()).ok_or_else(|| unexpected("looking for a month", &page))?;
        let answer = |control: &Control| answer(control, payer, cents, &month);
        Ok(Filled { action: join(&page.url, &form.action)?, fields: form.filled(None, answer), page: page.url })
    }

    /// Sends it and reads the notice number on the page of the payment.
    pub(super) async fn begin(&mut self, filled: &Filled) -> Result<NumeroAvviso, Broken> {
        let answer = self.browser.post(&filled.page, filled.action.clone(), &filled.fields).await?;
        if answer.location.is_none() {
            return Err(unexpected("beginning a payment", &answer));
        }
        let page = self.browser.follow(answer).await?;
        notice(&page).ok_or_else(|| unexpected("looking for the notice number", &page))
    }
}

fn answer(control: &Control, payer: &Alunno, cents: i64, month: &str) -> Option<String> {
    Some(match control.name.as_str() {
        "cf" => payer.codice_fiscale.clone(),
        "nome" => format!("{} {}", payer.nome, payer.cognome),
        "email" => "prova@posta.example".to_owned(),
        "alunno" => format!("Prova {}", payer.cognome),
        "periodo" => month.to_owned(),
        "struttura" => "primaria".to_owned(),
        "importo" => format!("{},{:02}", cents / 100, cents % 100),
        _ => return None,
    })
}

/// The number among the facts of the page.
fn notice(page: &Page) -> Option<NumeroAvviso> {
    let facts = page.body.split("<dd>").skip(1).filter_map(|rest| rest.split("</dd>").next());
    facts.filter_map(|fact| NumeroAvviso::parse(fact).ok()).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::forms;

    #[test]
    fn the_notice_number_is_found_among_the_facts() {
        let numero = NumeroAvviso::issue("02".to_owned().try_into().expect("a code"), 184).expect("a number");
        let body = format!("<dl><div><dt>Importo</dt><dd>10,00</dd></div><dd>{}</dd></dl>", numero.grouped());
        let url: Url = "http://127.0.0.1/pagopa/e/pagamento/1".parse().expect("an address");
        let page = |body| Page { status: 200, url: url.clone(), location: None, body };
        assert_eq!(notice(&page(body)), Some(numero));
        assert_eq!(notice(&page("<dd>1234</dd>".to_owned())), None);
    }

    #[test]
    fn a_form_is_answered_with_one_month_and_an_amount() {
        let html = r#"<form action="/a"><input name="cf"><input type="checkbox" name="periodo" value="2026-12">
            <input type="checkbox" name="periodo" value="2026-11"><input name="sito" value=""><input name="importo"></form>"#;
        let payer = crate::population::alunno(0).expect("somebody");
        let form = &forms(html).expect("the page reads")[0];
        let sent = form.filled(None, |control| answer(control, &payer, 1_205, "2026-12"));
        let cf = payer.codice_fiscale.as_str();
        let expected = [("cf", cf), ("periodo", "2026-12"), ("sito", ""), ("importo", "12,05")];
        assert_eq!(sent, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
