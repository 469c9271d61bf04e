using System.Globalization;
using DriveKD.Analysis.Figures;
using DriveKD.Analysis.Study;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Pulls;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Report;

/// <summary>Every figure of a pre-study, with its question. Colours are capabilities, dashes are models; published values are grey.</summary>
internal static class PreStudyFigures
{
    /// <summary>The anchor of the gradients.</summary>
    public const string PullKey = "pull";

    private const string Layer = "decoder layer";
    private const string State = "hidden state (0: embeddings)";

    // What no logarithm can show.
    private const double SmallestGradient = 1e-12;

    /// <summary>A group of figures that answer one question.</summary>
    /// <param name="Key">Its anchor on the page.</param>
    /// <param name="Question">The question.</param>
    /// <param name="Figures">At least one figure.</param>
    public sealed record Group(string Key, string Question, IReadOnlyList<CurveFigure> Figures);

    /// <summary>All groups that have a figure, in the order of the page.</summary>
    /// <param name="report">What is told.</param>
    public static IReadOnlyList<Group> Of(PreStudyReport report)
    {
        (string Key, string Question, IEnumerable<CurveFigure?> Figures)[] groups =
        [
            ("alignment", "How do states change from layer to layer, and do vision and text meet?",
            [
                Curves(report, StudyKind.AdjacentCosine, "adjacent-cosine", "Cosine with the layer before", State, "mean over tokens of the cosine"),
                Curves(report, StudyKind.VisionTextCosine, "vision-text-cosine", "Cosine of vision and text", State, "cosine of the two mean states"),
            ]),
            ("capability", "Which layers carry which capability?",
            [
                .. Representations().SelectMany(one => (CurveFigure?[])
                [
                    Curves(report, one.Contrast, $"separation-{one.Name}", $"Separation of a capability from the others, by {one.Words}", State, "cosine within less that with others"),
                    Curves(report, one.Similarity, $"similarity-{one.Name}", $"Similarity of a capability's samples, by {one.Words}", State, "mean pairwise cosine of samples"),
                ]),
                Curves(report, StudyKind.TextToVisionMapContrast, "separation-text-to-vision", "Separation of a capability from the others, by text-to-vision maps", Layer, "cosine within less that with others"),
            ]),
            ("stability", "Which signal is stable across samples?",
            [
                Dispersions(report),
                Curves(report, StudyKind.TextToVisionMapDispersion, "dispersion-text-to-vision", "Dispersion of text-to-vision maps", Layer, "1 - mean cosine to the mean map"),
                Curves(report, StudyKind.FullMapDispersion, "dispersion-full", "Dispersion of full maps", Layer, "1 - mean cosine to the mean map"),
            ]),
            ("attention", "Where does attention go?",
            [
                Curves(report, StudyKind.TextToVisionMass, "mass", "Attention from text to pictures", Layer, "share of text tokens' attention on vision tokens"),
                Curves(report, StudyKind.ObjectLift, "object-lift", "Attention on the object that the question names", Layer, "its share of text-to-vision attention over its share of tokens"),
                Curves(report, StudyKind.ObjectShare, "object-share", "Share of text-to-vision attention on the named object", Layer, "share"),
                Curves(report, StudyKind.MapEntropy, "entropy", "Entropy of attention", Layer, "mean over rows, as a share of the largest possible"),
                Curves(report, StudyKind.HeadAgreement, "head-agreement", "Agreement of heads", Layer, "mean pairwise cosine of the heads' maps"),
            ]),
            ("margin", "How sure is a model along its answer?", [Margins(report)]),
            ("distance", "How far are the student's maps from the teacher's?",
            [
                Distances(report, StudyKind.MapCosineDistance, "distance-cosine", "1 - cosine of text-to-vision maps"),
                Distances(report, StudyKind.MapSquaredDistance, "distance-squared", "mean squared difference of text-to-vision maps"),
            ]),
            (PullKey, "Which signal would pull at the student, and where does it conflict with supervision?",
            [
                .. Pulls(report, "text-to-vision", "text-to-vision maps", candidate => candidate is { Kind: SignalKind.Attention, Map: AttentionMapKind.TextToVision }),
                .. Pulls(report, "full", "full maps", candidate => candidate is { Kind: SignalKind.Attention, Map: AttentionMapKind.Full }),
                .. Pulls(report, "states", "hidden states", candidate => candidate.Kind == SignalKind.HiddenStates),
            ]),
        ];
        return
        [
            .. groups.Select(group => new Group(group.Key, group.Question, [.. group.Figures.OfType<CurveFigure>()])).Where(group => group.Figures.Count > 0),
        ];
    }

    /// <summary>What stands for a sample: the recipe's word, words for people, and its studies.</summary>
    private static IEnumerable<(string Name, string Words, StudyKind Similarity, StudyKind Contrast, StudyKind Dispersion)> Representations() =>
    [
        ("last-prompt-token", "the last prompt token", StudyKind.PromptSimilarity, StudyKind.PromptContrast, StudyKind.PromptDispersion),
        ("text", "pooled text", StudyKind.TextSimilarity, StudyKind.TextContrast, StudyKind.TextDispersion),
        ("vision", "pooled vision", StudyKind.VisionSimilarity, StudyKind.VisionContrast, StudyKind.VisionDispersion),
    ];

    /// <summary>One study: a line for each capability and model.</summary>
    private static CurveFigure? Curves(PreStudyReport report, StudyKind study, string name, string title, string across, string up)
    {
        Curve[] curves = [.. report.Result.Curves.Where(curve => curve.Study == study && curve.Data == SampleProfile.Driving && curve.Capability is not null && IsDrawn(report, curve))];
        return curves.Length == 0 ? null : new CurveFigure
        {
            Name = name,
            Title = title,
            Across = across,
            Up = up,
            Lines = [.. curves.Select(curve => Line(report, curve, $"{Name(curve.Capability)}{Suffix(report, curve.Model)}", (int)curve.Capability!.Value)), .. PublishedCurves.Of(study, report.Teacher.Layers)],
        };
    }

    /// <summary>Hidden states beside both kinds of maps, all samples together.</summary>
    private static CurveFigure? Dispersions(PreStudyReport report)
    {
        (StudyKind Study, string Words)[] kinds =
        [
            .. Representations().Select(one => (one.Dispersion, $"states, {one.Words}")),
            (StudyKind.FullMapDispersion, "full maps"),
            (StudyKind.TextToVisionMapDispersion, "text-to-vision maps"),
        ];
        FigureLine[] lines =
        [
            .. from kind in kinds.Index()
               from curve in report.Result.Curves
               where curve.Study == kind.Item.Study && curve.Data == SampleProfile.Driving && curve.Capability is null && IsDrawn(report, curve)
               select Line(report, curve, $"{kind.Item.Words}{Suffix(report, curve.Model)}", kind.Index),
        ];
        return lines.Length == 0 ? null : new CurveFigure
        {
            Name = "dispersion",
            Title = "Dispersion across samples: hidden states and attention maps",
            Across = "decoder layer (its output, or its map)",
            Up = "1 - mean cosine to the mean",
            Lines =
            [
                .. lines,
                .. PublishedCurves.Of(StudyKind.PromptDispersion, report.Teacher.Layers),
                .. PublishedCurves.Of(StudyKind.FullMapDispersion, report.Teacher.Layers),
            ],
        };
    }

    private static CurveFigure? Margins(PreStudyReport report)
    {
        Curve[] curves =
        [
            .. report.Result.Curves.Where(curve => curve.Study == StudyKind.GeneralizedMargin && IsDrawn(report, curve) && (curve.Capability is not null || curve.Data != SampleProfile.Driving)),
        ];
        int general = Enum.GetValues<Capability>().Length;
        return curves.Length == 0 ? null : new CurveFigure
        {
            Name = "margin",
            Title = "Generalised margin along the answer",
            Across = string.Create(CultureInfo.InvariantCulture, $"part of the answer, of {report.Recipe.Margin.Bins}"),
            Up = report.Recipe.Margin.Reading == MarginReading.Answer ? "p(right token) - greatest other p" : "greatest p - second p",
            Lines =
            [
                .. curves.Select(curve => Line(report, curve, (curve.Capability is null ? curve.Data : Name(curve.Capability)) + Suffix(report, curve.Model), curve.Capability is Capability capability ? (int)capability : general)),
                .. PublishedCurves.Margins(report.Recipe.Margin.Bins),
            ],
        };
    }

    private static CurveFigure? Distances(PreStudyReport report, StudyKind study, string name, string up)
    {
        Curve[] curves = [.. report.Result.Curves.Where(curve => curve.Study == study && curve.Capability is not null)];
        string[] students = [.. curves.Select(curve => curve.Model).Distinct()];
        return curves.Length == 0 ? null : new CurveFigure
        {
            Name = name,
            Title = $"Distance of maps from {report.Teacher.Name}'s",
            Across = "the student's decoder layer",
            Up = up,
            Lines =
            [
                .. curves.Select(curve => Line(report, curve, $"{Name(curve.Capability)}, {curve.Model}", (int)curve.Capability!.Value) with { Dash = Array.IndexOf(students, curve.Model) }),
            ],
        };
    }

    private static IEnumerable<CurveFigure> Pulls(PreStudyReport report, string file, string words, Func<PullCandidate, bool> isWanted)
    {
        (Capability Capability, IGrouping<int, SignalPull>[] Layers)[] found =
        [
            .. report.Pulls.OrderBy(entry => entry.Key)
                .Select(entry => (entry.Key, Layers: entry.Value.Where(pull => isWanted(pull.Candidate)).GroupBy(pull => pull.Candidate.TeacherLayer).OrderBy(group => group.Key).ToArray()))
                .Where(entry => entry.Layers.Length > 0),
        ];
        if (found.Length == 0)
        {
            yield break;
        }

        yield return Figure($"pull-{file}", $"Gradient of {words} on the student", "log10 of its norm over supervision's, at weight 1", pull => Math.Log10(Math.Max(pull.Gradient, SmallestGradient)));
        yield return Figure($"conflict-{file}", $"Cosine of the gradients of {words} and of supervision", "cosine; below 0 they conflict", pull => pull.Cosine);

        CurveFigure Figure(string name, string title, string up, Func<SignalPull, double> value) => new()
        {
            Name = name,
            Title = title,
            Across = "the teacher's decoder layer",
            Up = up,
            Lines =
            [
                .. found.Select(entry => new FigureLine
                {
                    Name = Name(entry.Capability),
                    Color = (int)entry.Capability,
                    Points = [.. entry.Layers.Select(layer => Point(layer.Key, [.. layer.Select(value)], report.Result.Confidence))],
                }),
            ],
        };
    }

    private static FigurePoint Point(double x, IReadOnlyList<double> values, double confidence)
    {
        SeedSummary summary = SeedSummary.Of(values, confidence);
        return new FigurePoint(x, values.Average(), summary.Interval?.Low, summary.Interval?.High);
    }

    private static FigureLine Line(PreStudyReport report, Curve curve, string name, int color) => new()
    {
        Name = name,
        Color = color,
        Dash = Math.Max(0, report.Models.Select(model => model.Name).ToList().IndexOf(curve.Model)),
        Points = [.. curve.Points.Select(point => new FigurePoint(point.Index, point.Mean, point.Low, point.High))],
    };

    /// <summary>The models under study are drawn over each other; the student is compared with the teacher alone.</summary>
    private static bool IsDrawn(PreStudyReport report, Curve curve) => report.Models.Any(model => model.Name == curve.Model);

    private static string Name(Capability? capability) => RecipeNames.OfEnum(capability!.Value);

    private static string Suffix(PreStudyReport report, string model) => report.Models.Count > 1 ? $", {model}" : "";
}
