# Prenotazione dei posti, dove sono pochi.

posto-titolo = Prenota il posto
posto-titolo-fatto = Il tuo posto
posto-pochi = I posti sono limitati
posto-apre = { $posti ->
    [one] C’è un posto. Si prenota dal { $apre }.
   *[other] I posti sono { $posti }. Si prenotano dal { $apre }.
}
posto-come = Invia prima la domanda. All’apertura basta premere «Prenota»: conta l’ordine di arrivo.
posto-orologio = Il nostro orologio segna le { $ora }.
posto-prima = Prima dell’apertura il pulsante non prenota. Premilo di nuovo all’ora indicata.
posto-liberi = { $posti ->
    [one] C’è un posto ed è libero. La prenotazione è aperta.
   *[other] La prenotazione è aperta. Posti liberi: { $n } di { $posti }.
}
posto-esauriti = { $posti ->
    [one] Il posto è già prenotato. Chi prenota ora entra in lista d’attesa.
   *[other] I { $posti } posti sono tutti prenotati. Chi prenota ora entra in lista d’attesa.
}
posto-fino = Puoi prenotare fino al { $fine }.
posto-presto = Non ancora: la prenotazione apre il { $apre }. Non abbiamo registrato nulla.
posto-tardi = La prenotazione è chiusa.
posto-fatto = Hai prenotato: non devi fare altro.
posto-provvisorio = Il posto è provvisorio. L’ufficio esamina le domande nell’ordine di arrivo e ti risponde. Se qualcuno rinuncia, avanzi.
posto-insieme = Con una sola richiesta prenoti per { $n } domande.
posto-prenota = Prenota
posto-prenota-domanda = Prenota il posto: domanda { $numero }
posto-manca = L’invio non prenota il posto: serve ancora un passo.
posto-vedi = Posto: prenota o vedi a che punto sei
posto-domande = Le tue domande
posto-domanda = Domanda { $numero }
posto-da-prenotare = Posto da prenotare
posto-fuori = Senza posto: domanda ritirata, respinta o già decisa
posto-provvisorio-n = Posto provvisorio { $n } di { $posti }
posto-attesa = Lista d’attesa: { $n }
posto-arrivo = Numero d’arrivo { $n }, il { $data } alle { $ora }
posto-con-punti = { $posto }, punti: { $punti }
posto-dato = Posto assegnato
posto-lista = In lista d’attesa (posto { $n })
posto-chiamata = C’è un posto: l’ufficio decide
posto-criteri-titolo = Chi viene prima
posto-criteri = Le domande si ordinano per punti.
posto-criteri-posti = { $posti ->
    [one] C’è un posto. Va a chi ha più punti.
   *[other] I posti sono { $posti }. Vanno a chi ha più punti.
}
posto-criterio = { $criterio }: { $punti ->
    [one] un punto
   *[other] { $punti } punti
}
posto-criteri-come = A parità di punti viene prima la domanda inviata prima, poi il bambino più piccolo. I punti si calcolano dalle risposte che invii.

# Ufficio
posti-menu = Posti
posti-titolo = Posti limitati
posti-elenco = Servizi con pochi posti, dal più recente
posti-vuota = Nessun servizio ha posti limitati. Il numero dei posti si indica quando si pubblica un modello.
posti-apertura = Prenotazione dal
posti-quanti = Posti
posti-prenotati = Domande
posti-ordine = Ordine di arrivo: { $titolo }
posti-ordine-sotto = { $posti ->
    [one] 1 posto
   *[other] { $posti } posti
}, { $prenotati ->
    [one] 1 prenotazione
   *[other] { $prenotati } prenotazioni
}, apertura { $apre }.
posti-ordine-elenco = Domande nell’ordine di arrivo
posti-ordine-vuota = Nessuno ha ancora prenotato.
posti-arrivo = Arrivo
posti-ora = Ora
posti-posto = Posto
posti-pagine = Pagine dell’ordine
posti-per-criteri = Per criteri
posti-criteri = Criteri che danno i punti
posti-posizione = Posizione
posti-punti = Punti
posti-inviata = Inviata
posti-graduatoria = Graduatoria: { $titolo }
posti-graduatoria-sotto = { $posti ->
    [one] 1 posto
   *[other] { $posti } posti
}, { $domande ->
    [one] 1 domanda
   *[other] { $domande } domande
} in graduatoria.
posti-graduatoria-come = Contano i punti, poi data e ora di invio, poi l’età: prima il bambino più piccolo. I punti vengono dalle risposte inviate: un’integrazione li può solo abbassare. Chi rinuncia, è respinto o annullato non compare. Fino alla chiusura l’ordine può cambiare. L’elenco da pubblicare ha solo numeri di pratica.
posti-graduatoria-elenco = Domande nell’ordine della graduatoria
posti-graduatoria-vuota = Nessuna domanda è in graduatoria.
