//! "Paga con avviso": the number of a notice and the fiscal code of its addressee. Every pair that is not one right
//! notice gets the same answer.

use askama::Template;
use axum::response::Response;
use sportello_app::spontaneo;
use sportello_domain::{avviso::NumeroAvviso, codice_fiscale::CodiceFiscale};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_again},
    error::Result,
    page::Page,
    pagopa::framed,
    posted::Posted,
};

#[derive(Template)]
#[template(path = "pagopa/avviso.html")]
struct FormPage {
    page: Page,
    codice: String,
    cf: String,
    errors: ErrorBox,
}

/// The empty form.
pub(super) async fn form(cx: Cx) -> Result<Response> {
    html(&form_page(&cx.page(""), "", "", Vec::new()))
}

fn form_page(base: &Page, codice: &str, cf: &str, problems: Vec<(&'static str, String)>) -> FormPage {
    let page = framed(base, base.t.get("porta-avviso-pagina"));
    FormPage {
        page: page.failed_if(!problems.is_empty()),
        codice: codice.to_owned(),
        cf: cf.to_owned(),
        errors: ErrorBox::of_fields(base.t, problems),
    }
}

/// Looks for the notice and leads to its page.
pub(super) async fn look_up(cx: Cx, posted: Posted) -> Result<Response> {
    let (codice, cf, t) = (posted.text("codice"), posted.text("cf"), cx.t);
    let again = |problems| html_again(&form_page(&cx.page(""), codice, cf, problems));
    let number = NumeroAvviso::parse(codice);
    let debtor = CodiceFiscale::parse(cf, None);
    let (Ok(number), Ok(debtor)) = (&number, &debtor) else {
        let wrong = [
            number.is_err().then(|| ("codice", t.get("porta-avviso-codice-errato"))),
            debtor.is_err().then(|| ("cf", t.get("porta-avviso-cf-errato"))),
        ];
        return again(wrong.into_iter().flatten().collect());
    };
    match spontaneo::by_notice(&cx.portal, &cx.ctx, number, debtor.as_str()).await {
        Ok(link) => Ok(cx.see_other(&format!("/pagopa/pagamento/{}", link.0))),
        Err(sportello_app::Error::NotFound) => again(vec![("codice", t.get("porta-avviso-no"))]),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::{base, see};

    #[test]
    fn the_form_comes_back_with_what_was_typed() {
        see("pagopa-avviso", |base| form_page(&base, "", "", Vec::new()));
        let wrong = || vec![("codice", "Controlla".to_owned()), ("cf", "Controlla".to_owned())];
        see("pagopa-avviso-errori", |base| form_page(&base, "12", "<i>", wrong()));
        let html = form_page(&base(Lingua::It), "12", "<i>", wrong()).render().unwrap();
        assert!(html.contains("value=\"12\"") && html.contains("value=\"&#60;i&#62;\""));
        assert_eq!(html.matches("aria-invalid=\"true\"").count(), 2);
    }
}
