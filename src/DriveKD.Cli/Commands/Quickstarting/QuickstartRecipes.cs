using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Quickstart;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>The recipe of a quick start's comparison: two arms of the shipped recipe, on the data that was made.</summary>
/// <param name="request">What was asked for.</param>
internal sealed class QuickstartRecipes(QuickstartRequest request)
{
    /// <summary>Answers of the world's lessons with their reasons are shorter.</summary>
    public const int MaxNewTokens = 40;

    /// <summary>Questions at a time: small models answer many as fast as few.</summary>
    public const int BatchSize = 32;

    private const int UsualWarmup = 20;

    private static readonly JsonSerializerOptions _quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the supervised arm changes.</summary>
    public static IReadOnlyList<string> SupervisedKeys { get; } =
    [
        "distillation.weights={supervision: 1, perception: 0, reasoning: 0, planning: 0}", "weighting.kind=static", "models.teachers=null",
    ];

    /// <summary>The folder of the data.</summary>
    public string Data => Path.Combine(request.Output, "data");

    /// <summary>The test questions.</summary>
    public string Test => Path.Combine(Data, "test.json");

    /// <summary>The comparison's folder.</summary>
    public string Comparison => Path.Combine(request.Output, "comparison");

    /// <summary>What both arms change of the shipped recipe.</summary>
    /// <param name="steps">Optimizer steps.</param>
    public IReadOnlyList<string> Keys(int steps) =>
    [
        $"models.student={Text(request.Assets.Student)}",
        .. Enum.GetValues<Capability>().Select(capability => $"models.teachers.{capability.ToString().ToLowerInvariant()}={Text(request.Assets.Teacher(capability))}"),
        $"data.records={Text(Path.Combine(Data, "train.json"))}",
        $"data.images={Text(Data)}",
        string.Create(CultureInfo.InvariantCulture, $"train.steps={steps}"),
        string.Create(CultureInfo.InvariantCulture, $"train.warmup_steps={Math.Min(UsualWarmup, steps / 5)}"),
    ];

    /// <summary>The comparison as YAML.</summary>
    /// <param name="plan">Seeds and steps.</param>
    /// <param name="workers">Runs at a time.</param>
    public string Compare(QuickstartPlan plan, int workers)
    {
        StringBuilder text = new();
        text.AppendLine("# Written by drivekd quickstart: the shipped recipe with and without teachers. Go on with more seeds:");
        text.AppendLine(CultureInfo.InvariantCulture, $"#   ./drivekd compare --resume {Comparison} seeds={request.Seed}-{request.Seed + 7}");
        text.AppendLine(CultureInfo.InvariantCulture, $"output: {Quote(Comparison)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"recipe: {Quote(request.Assets.Recipe)}");
        text.AppendLine("set:");
        List(text, "  ", Keys(plan.Steps));
        text.AppendLine("arms:");
        text.AppendLine(CultureInfo.InvariantCulture, $"  - name: {QuickstartReport.Supervised}");
        text.AppendLine("    explanation: answers alone, without teachers");
        text.AppendLine("    set:");
        List(text, "      ", SupervisedKeys);
        text.AppendLine(CultureInfo.InvariantCulture, $"  - name: {QuickstartReport.Distilled}");
        text.AppendLine("    explanation: the same with the attention of three teachers, weights by gradient ratio, asymmetric projection");
        text.AppendLine(CultureInfo.InvariantCulture, $"baseline: {QuickstartReport.Supervised}");
        text.AppendLine(CultureInfo.InvariantCulture, $"seeds: {request.Seed}-{request.Seed + plan.Seeds - 1}");
        text.AppendLine(CultureInfo.InvariantCulture, $"test: {{records: {Quote(Test)}, images: {Quote(Data)}}}");
        text.AppendLine(CultureInfo.InvariantCulture, $"answers: {{max_new_tokens: {MaxNewTokens}, batch_size: {BatchSize}}}");
        text.AppendLine(CultureInfo.InvariantCulture, $"workers: {workers}");
        text.AppendLine("keep_models: true");
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void List(StringBuilder text, string indent, IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            text.Append(indent).Append("- ").AppendLine(Quote(key));
        }
    }

    /// <summary>A text as a value of key=value.</summary>
    private static string Text(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A text in YAML: JSON's strings are YAML's.</summary>
    private static string Quote(string text) => JsonSerializer.Serialize(text, _quoting);
}
