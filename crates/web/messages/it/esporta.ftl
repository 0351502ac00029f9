# Ufficio: le pratiche in una tabella per il foglio di calcolo.

esporta-link = Esporta le risposte
esporta-titolo = Esporta le pratiche
esporta-testo = Scarichi una tabella con le pratiche di un modello, una riga per pratica. I dati su salute e convinzioni non ci sono. Resta annotato chi scarica.
esporta-modello = Modello
esporta-scegli = Scegli un modello
esporta-modello-manca = Scegli il modello delle pratiche.
esporta-anno = Anno scolastico
esporta-anno-tutti = Tutti
esporta-stato = Stato
esporta-stato-tutte = Tutte
esporta-stato-aperte = Aperte
esporta-stato-chiuse = Chiuse
esporta-dal = Ricevute dal giorno
esporta-al = Ricevute fino al giorno
esporta-giorno-errato = Scrivi una data che esiste, per esempio 2026-09-01.
esporta-troppe = Sono più di 50.000 pratiche: scegli un periodo più breve.
esporta-riservati = Dati riservati
esporta-riservati-testo = Sono le risposte su reddito e conti correnti. Per ogni pratica resta annotato che le hai lette, e perché.
esporta-riservati-si = Aggiungi i dati riservati
esporta-motivo = Perché ti servono
elenco-csv = Scarica in CSV
elenco-xlsx = Scarica per Excel (XLSX)
