using System.Globalization;
using System.Text;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Proposal;

/// <summary>A pre-study's proposal as a recipe of <c>drivekd distill</c>, ready to run, with its reasons as comments.</summary>
public sealed record ProposedRecipe
{
    // A signal's gradient at weight 1 outside these shares of supervision's is brought to the ratio below.
    private const double LeastPlainGradient = 0.01;
    private const double MostPlainGradient = 1;
    private const double Ratio = 0.1;

    /// <summary>The study's run folder, for the comments.</summary>
    public required string Study { get; init; }

    /// <summary>The teacher's folder.</summary>
    public required string Teacher { get; init; }

    /// <summary>Its decoder layers.</summary>
    public required int TeacherLayers { get; init; }

    /// <summary>The student's folder.</summary>
    public required string Student { get; init; }

    /// <summary>Its decoder layers.</summary>
    public required int StudentLayers { get; init; }

    /// <summary>The study's samples, which become the run's.</summary>
    public required PreStudyDataSettings Data { get; init; }

    /// <summary>The study's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>One for each capability that was studied.</summary>
    public required IReadOnlyList<SignalProposal> Signals { get; init; }

    /// <summary>The recipe as YAML.</summary>
    public string Write()
    {
        StringBuilder yaml = new();
        Line(yaml, $"# Layers and signals as a pre-study proposes them, for a student of {StudentLayers} layers and a teacher of {TeacherLayers}.");
        Line(yaml, $"#");
        Line(yaml, $"# Start    ./drivekd distill {Study}/proposal.yaml");
        Line(yaml, $"# Why      below, beside each signal; all that was looked at: ./drivekd prestudy --resume {Study} --explain");
        Line(yaml, $"# Rules    docs/PRESTUDY.md; every key: docs/RECIPES.md");
        Line(yaml, $"");
        Line(yaml, $"output: runs/proposed");
        Line(yaml, $"seed: {Seed}");
        Line(yaml, $"");
        Line(yaml, $"models:");
        Line(yaml, $"  student: {RecipeWriter.FormatText(Student)}");
        Line(yaml, $"  # One model in every role is loaded once.");
        Line(yaml, $"  teachers:");
        foreach (SignalProposal signal in Signals)
        {
            Line(yaml, $"    {Name(signal.Capability)}: {RecipeWriter.FormatText(Teacher)}");
        }

        Line(yaml, $"");
        Line(yaml, $"data:");
        Line(yaml, $"  records: [{string.Join(", ", Data.Records.Select(RecipeWriter.FormatText))}]");
        Line(yaml, $"  images: {RecipeWriter.FormatText(Data.Images)}");
        if (Data.OnError != OnError.Stop)
        {
            Line(yaml, $"  on_error: {RecipeNames.OfEnum(Data.OnError)}");
        }

        if (Data.Capabilities is not null)
        {
            Line(yaml, $"  capabilities: [{string.Join(", ", Data.SelectedCapabilities().Select(Name))}]");
        }

        Line(yaml, $"");
        WriteSignals(yaml);
        WriteWeighting(yaml);
        Line(yaml, $"");
        Line(yaml, $"train:");
        Line(yaml, $"  epochs: 1");
        return yaml.ToString();
    }

    private void WriteSignals(StringBuilder yaml)
    {
        Line(yaml, $"distillation:");
        Capability[] left = [.. Enum.GetValues<Capability>().Except(Signals.Select(signal => signal.Capability))];
        if (left.Length > 0)
        {
            Line(yaml, $"  # What was not studied has no weight.");
            Line(yaml, $"  weights: {{ {string.Join(", ", left.Select(capability => $"{Name(capability)}: 0"))} }}");
        }

        Line(yaml, $"  signals:");
        foreach (SignalProposal signal in Signals)
        {
            LayerRange student = signal.StudentLayers(TeacherLayers, StudentLayers);
            foreach (string reason in signal.Reasons)
            {
                Line(yaml, $"    # {reason}");
            }

            Line(yaml, $"    {Name(signal.Capability)}:");
            Line(yaml, $"      map: {RecipeNames.OfEnum(signal.Map)}");
            Line(yaml, $"      student_layers: [{student.First}, {student.Last}]");
            Line(yaml, $"      teacher_layers: [{signal.First}, {signal.Last}]");
        }
    }

    private void WriteWeighting(StringBuilder yaml)
    {
        double[] gradients =
        [
            .. Signals.Select(signal => signal.Verdicts.Where(verdict => verdict.IsChosen && verdict.Evidence.Gradient is not null).Select(verdict => verdict.Evidence.Gradient!.Value).DefaultIfEmpty(double.NaN).Max())
                .Where(double.IsFinite),
        ];
        if (gradients.Length == 0 || gradients.All(gradient => gradient is >= LeastPlainGradient and <= MostPlainGradient))
        {
            return;
        }

        Line(yaml, $"");
        Line(yaml, $"# At weight 1 the signals' gradients are {gradients.Min():0.0e+0} to {gradients.Max():0.0e+0} of supervision's: each is brought to a tenth of it, measured at the start.");
        Line(yaml, $"weighting: {{ kind: ratio, ratio: {Ratio} }}");
    }

    private static string Name(Capability capability) => RecipeNames.OfEnum(capability);

    private static void Line(StringBuilder yaml, FormattableString text) => yaml.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
