import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/** Checks an RDF/XML file against OWL 2 DL and OWL 2 RL: a line "profile, tab, violation" each, and one with no violation at the end. */
public class Profile {
    public static void main(String[] arguments) throws Exception {
        File file = new File(arguments[0]);
        OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(file);
        report("DL", new OWL2DLProfile(), ontology);
        report("RL", new OWL2RLProfile(), ontology);
    }

    private static void report(String name, OWLProfile profile, OWLOntology ontology) {
        for (OWLProfileViolation violation : profile.checkOntology(ontology).getViolations()) {
            System.out.println(name + "\t" + violation.toString().replaceAll("\\s+", " "));
        }
        System.out.println(name + "\t");
    }
}
