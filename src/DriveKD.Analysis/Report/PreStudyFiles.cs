using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Analysis.Figures;
using DriveKD.Analysis.Study;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Report;

/// <summary>The files of a pre-study: page, figures, and every number for other programs.</summary>
public static class PreStudyFiles
{
    /// <summary>The page.</summary>
    public const string PageName = "report.html";

    /// <summary>Every number.</summary>
    public const string JsonName = "prestudy.json";

    /// <summary>The curves as a table.</summary>
    public const string CsvName = "curves.csv";

    /// <summary>The proposed recipe.</summary>
    public const string ProposalName = "proposal.yaml";

    private const string FigureFolder = "figures";

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Writes all but the proposal; files of an earlier writing are replaced.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="report">What is told.</param>
    /// <exception cref="Data.Errors.InputException">The folder cannot be written.</exception>
    public static void Write(string folder, PreStudyReport report)
    {
        string figures = Path.Combine(folder, FigureFolder);
        Directory.CreateDirectory(figures);
        foreach (CurveFigure figure in PreStudyFigures.Of(report).SelectMany(group => group.Figures))
        {
            AtomicFile.Write(Path.Combine(figures, figure.Name + ".png"), stream => stream.Write(CurvePlot.Png(figure)));
            AtomicFile.WriteText(Path.Combine(figures, figure.Name + ".svg"), CurvePlot.Svg(figure));
        }

        AtomicFile.WriteText(Path.Combine(folder, CsvName), Csv(report.Result));
        AtomicFile.WriteText(Path.Combine(folder, JsonName), Json(report));
        AtomicFile.WriteText(Path.Combine(folder, PageName), PreStudyPage.Write(report));
    }

    /// <summary>The curves as a table: a row for each point.</summary>
    /// <param name="result">The study.</param>
    public static string Csv(StudyResult result)
    {
        StringBuilder text = new("model,study,data,capability,reference,index,mean,low,high,count\n");
        foreach (Curve curve in result.Curves)
        {
            foreach (CurvePoint point in curve.Points)
            {
                text.AppendJoin(
                    ',',
                    Quote(curve.Model),
                    JsonNamingPolicy.SnakeCaseLower.ConvertName(curve.Study.ToString()),
                    Quote(curve.Data),
                    curve.Capability is null ? "" : RecipeNames.OfEnum(curve.Capability.Value),
                    Quote(curve.Reference ?? ""),
                    point.Index.ToString(CultureInfo.InvariantCulture),
                    Number(point.Mean),
                    Number(point.Low),
                    Number(point.High),
                    point.Count.ToString(CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Every number as one JSON document; docs/PRESTUDY.md describes it.</summary>
    /// <param name="report">What is told.</param>
    public static string Json(PreStudyReport report) => JsonSerializer.Serialize(
        new
        {
            report.Program,
            report.Device,
            report.Recipe.Seed,
            report.Recipe.Precision,
            models = report.Models.Select(model => new { model.Name, model.Layers }),
            report.StudentLayers,
            samples = report.Samples.OrderBy(entry => entry.Key).ToDictionary(entry => RecipeNames.OfEnum(entry.Key), entry => entry.Value),
            report.Result.Confidence,
            notices = (string[])[.. report.Doubt is string doubt ? [doubt] : (string[])[], .. report.Result.Notices],
            proposals = report.Proposals.Select(proposal => new
            {
                proposal.Capability,
                teacher_layers = (int[])[proposal.First, proposal.Last],
                student_layers = report.StudentLayers is int layers && proposal.StudentLayers(report.Teacher.Layers, layers) is LayerRange range ? (int[])[range.First, range.Last] : null,
                proposal.Map,
                proposal.IsPublishedChoice,
                proposal.Reasons,
                layers = proposal.Verdicts.Select(verdict => new
                {
                    verdict.Evidence.Layer,
                    verdict.Evidence.Separation,
                    verdict.Evidence.SeparationLow,
                    verdict.Evidence.TextToVisionDispersion,
                    verdict.Evidence.FullDispersion,
                    verdict.Evidence.Mass,
                    verdict.Evidence.Gradient,
                    verdict.Evidence.Cosine,
                    verdict.IsStable,
                    verdict.IsRich,
                    verdict.IsSufficient,
                    verdict.IsChosen,
                }),
            }),
            pulls = report.Pulls.OrderBy(entry => entry.Key).SelectMany(entry => entry.Value.Select(pull => new
            {
                capability = entry.Key,
                pull.Candidate.Kind,
                map = pull.Candidate.Kind == SignalKind.Attention ? pull.Candidate.Map : (AttentionMapKind?)null,
                pull.Candidate.TeacherLayer,
                pull.Candidate.StudentLayer,
                pull.Loss,
                pull.Gradient,
                pull.Cosine,
            })),
            report.Result.Curves,
        },
        _json) + "\n";

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string text) => text.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
