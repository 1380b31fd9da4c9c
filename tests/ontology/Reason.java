import java.io.File;
import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLOntology;

/** Asks HermiT about RDF/XML files: a line "file, consistent or inconsistent" each, then one "file, unsatisfiable, class" each. */
public class Reason {
    public static void main(String[] files) throws Exception {
        Configuration configuration = new Configuration();
        configuration.ignoreUnsupportedDatatypes = true;
        configuration.throwInconsistentOntologyException = false;
        for (String file : files) {
            OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(file));
            Reasoner reasoner = new Reasoner(configuration, ontology);
            boolean consistent = reasoner.isConsistent();
            System.out.println(file + "\t" + (consistent ? "consistent" : "inconsistent"));
            if (consistent) {
                for (OWLClass found : reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()) {
                    System.out.println(file + "\tunsatisfiable\t" + found.getIRI());
                }
            }
            reasoner.dispose();
        }
    }
}
