# Trying out a form: the pages of a draft, without sending anything.

prova-nome = Preview
prova-avviso = Preview: the person and the data are invented, nothing is sent.
prova-guasti-titolo = { $n ->
    [one] The form has one fault
   *[other] The form has { $n } faults
}
prova-guasti-testo = Correct the text and reload the page.
prova-provata-titolo = The request would be sent
prova-provata-testo = The answers are right. In the preview nothing is sent or registered.
prova-provata-pratiche = { $n ->
    [one] It would become one pratica.
   *[other] It would become { $n } pratiche.
}
prova-provata-ancora = Back to the pages of the form
