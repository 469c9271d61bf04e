using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Observing;
using DriveKD.Analysis.Proposal;
using DriveKD.Analysis.Study;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Pulls;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Prestudying;

/// <summary>Runs what of a pre-study is not on the shelf yet, sample by sample; models are opened only where something is missing.</summary>
/// <param name="terminal">Shows the progress.</param>
/// <param name="recipe">The recipe.</param>
/// <param name="samples">The samples.</param>
/// <param name="shelf">What was measured.</param>
/// <param name="placement">Where models compute.</param>
internal sealed class PreStudyMeasurement(Terminal terminal, PreStudyRecipe recipe, PreStudySamples samples, ProfileShelf shelf, Placement placement)
{
    /// <summary>The data that is not of driving.</summary>
    public const string General = "general";

    private readonly ObserverOptions _observing = new() { ObjectShare = recipe.ObjectSize };

    /// <summary>What the measures leave open, as the recipe says.</summary>
    public static MeasureOptions MeasuresOf(PreStudyRecipe recipe) => new()
    {
        FullMapCells = recipe.Grid,
        TextCells = Math.Max(1, recipe.Grid / 2),
        VisionCells = 4 * recipe.Grid,
        MarginBins = recipe.Margin.Bins,
        Temperature = recipe.Margin.Temperature,
        Margin = recipe.Margin.Reading,
    };

    /// <summary>Measures everything; stops between layers where the user interrupts.</summary>
    /// <param name="models">The models that are overlaid, the teacher first.</param>
    /// <param name="students">The student, and the student after a run; each is compared with the teacher.</param>
    public void Run(IReadOnlyList<PreStudyModel> models, IReadOnlyList<PreStudyModel> students)
    {
        foreach (PreStudyModel model in models.Skip(1))
        {
            Observe(model, []);
        }

        Observe(models[0], students);
        if (students.Count > 0 && recipe.Pull.Samples > 0)
        {
            Pull(models[0], students[0]);
        }
    }

    /// <summary>The driving samples whose gradients are taken, by their place.</summary>
    public IReadOnlyList<int> Pulled() =>
    [
        .. samples.Driving.Index().GroupBy(entry => entry.Item.Capability).SelectMany(group => group.Where(entry => entry.Item.Answer is not null).Take(recipe.Pull.Samples))
            .Select(entry => entry.Index).Order(),
    ];

    /// <summary>Every sample with the data that it belongs to and its place there.</summary>
    public IEnumerable<(string Data, int Place, Sample Sample)> All() =>
    [
        .. samples.Driving.Select((sample, place) => (SampleProfile.Driving, place, sample)),
        .. samples.General.Select((sample, place) => (General, place, sample)),
    ];

    private void Observe(PreStudyModel model, IReadOnlyList<PreStudyModel> students)
    {
        (string Data, int Place, Sample Sample)[] missing =
        [
            .. All().Where(entry => !shelf.Has(model, entry.Data, entry.Place) || StudentsWithout(students, entry.Data, entry.Place).Any()),
        ];
        if (missing.Length == 0)
        {
            return;
        }

        List<ModelObserver> opened = [];
        try
        {
            using ProgressLine progress = new(terminal, estimates: true);
            ModelObserver own = Open(model, opened);
            Dictionary<PreStudyModel, ModelObserver> others = students.Where(student => missing.Any(entry => StudentsWithout([student], entry.Data, entry.Place).Any()))
                .ToDictionary(student => student, student => Open(student, opened));
            for (int i = 0; i < missing.Length; i++)
            {
                progress.Report(new DataProgress($"looking into {model.Name}", i, missing.Length));
                Measure(model, own, others, missing[i]);
            }
        }
        finally
        {
            opened.ForEach(observer => observer.Dispose());
        }
    }

    private void Measure(
        PreStudyModel model, ModelObserver own, Dictionary<PreStudyModel, ModelObserver> others, (string Data, int Place, Sample Sample) entry)
    {
        PreStudyModel[] compared = [.. StudentsWithout(others.Keys, entry.Data, entry.Place)];
        using SampleMeasurer measurer = new(own, entry.Sample, MeasuresOf(recipe), entry.Data, keepsMaps: compared.Length > 0);
        own.Observe(entry.Sample, measurer, terminal.Interrupted);
        SampleProfile profile = measurer.Finish();
        using TextToVisionMaps? maps = measurer.TakeMaps();
        foreach (PreStudyModel student in compared)
        {
            using SampleMeasurer other = new(others[student], entry.Sample, MeasuresOf(recipe), entry.Data, references: maps is null ? [] : [maps]);
            others[student].Observe(entry.Sample, other, terminal.Interrupted);
            shelf.Put(student, entry.Place, other.Finish());
        }

        // The teacher's last: a sample that it has is one that the students have.
        if (!shelf.Has(model, entry.Data, entry.Place))
        {
            shelf.Put(model, entry.Place, profile);
        }
    }

    /// <summary>Students are compared on driving samples alone.</summary>
    private IEnumerable<PreStudyModel> StudentsWithout(IEnumerable<PreStudyModel> students, string data, int place) =>
        data == SampleProfile.Driving ? students.Where(student => !shelf.Has(student, data, place)) : [];

    private ModelObserver Open(PreStudyModel model, List<ModelObserver> opened)
    {
        using WaitLine wait = new(terminal);
        wait.Show($"loading {model.Name}");
        ModelObserver observer = ModelObserver.Open(model.Folder, placement, model.Name, _observing with { Limits = recipe.Data.PixelLimits() }, terminal.Interrupted);
        opened.Add(observer);
        return observer;
    }

    private void Pull(PreStudyModel teacher, PreStudyModel student)
    {
        int[] missing = [.. Pulled().Where(place => shelf.Pulls(place) is null)];
        if (missing.Length == 0)
        {
            return;
        }

        using ProgressLine progress = new(terminal, estimates: true);
        using VisionLanguageModel pulled = ModelLoader.Load(student.Folder, student.Config, placement, cancellation: terminal.Interrupted);
        using VisionLanguageModel pulling = ModelLoader.Load(teacher.Folder, teacher.Config, placement, cancellation: terminal.Interrupted);
        using PullMeter meter = new(pulled, pulling, new SampleEncoder(BpeTokenizer.Load(student.Folder), [pulled.Config.Pictures, pulling.Config.Pictures]));
        IReadOnlyList<PullCandidate> candidates = meter.EveryCandidate(SignalProposal.AtDepthOf);
        for (int i = 0; i < missing.Length; i++)
        {
            terminal.Interrupted.ThrowIfCancellationRequested();
            progress.Report(new DataProgress("gradients of candidate signals", i, missing.Length));
            shelf.Put(missing[i], meter.Measure(samples.Driving[missing[i]], candidates));
        }
    }
}
