using System.Globalization;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Verification;

/// <summary>What belongs to one name of recorded coefficients: our method, how far the two may differ, and by what measure.</summary>
internal sealed class RecordedMethod
{
    private const string CagradPrefix = "cagrad_c";
    private const string TruncatedPrefix = "nash_mtl_";

    /// <summary>Our coefficients.</summary>
    public required Func<AggregationCase, double[]> Weigh { get; init; }

    /// <summary>The largest allowed difference.</summary>
    public required double Tolerance { get; init; }

    /// <summary>How different recorded and own coefficients are.</summary>
    public Func<AggregationCase, double[], double[], double> Difference { get; private init; } =
        (item, recorded, own) => AggregationDifference.Coefficients(item, recorded, own);

    /// <summary>Why these coefficients say nothing, or null.</summary>
    public Func<AggregationCase, double[], string?> WhyNotCompared { get; private init; } = (_, _) => null;

    /// <summary>The method of a name, or null where none is known.</summary>
    /// <param name="name">As the table has it.</param>
    public static RecordedMethod? Named(string name) => name switch
    {
        "imtl_g" => OfRegular(new ImtlG()),
        "nash_exact" => OfRegular(new NashMtl()),
        "aligned_mtl_min" => Of(new AlignedMtl(AlignedScale.Min), AggregationTolerances.Program),
        "aligned_mtl_median" => Of(new AlignedMtl(AlignedScale.Median), AggregationTolerances.Program),
        "aligned_mtl_rmse" => Of(new AlignedMtl(AlignedScale.Rmse), AggregationTolerances.Program),
        "upgrad" => Of(new UpGrad(AggregationTolerances.ReferenceRegularization), AggregationTolerances.Program),
        "dualproj" => Of(new DualProj(AggregationTolerances.ReferenceRegularization), AggregationTolerances.Program),
        "pcgrad" => new RecordedMethod
        {
            Weigh = item => PcGradOf(item),
            Tolerance = AggregationTolerances.Formula,
            WhyNotCompared = (item, _) => item.Orders is null ? "no order of the tasks is recorded" : null,
        },
        "mgda" => new RecordedMethod
        {
            Weigh = item => new Mgda().Weigh(item.Gram),
            Tolerance = AggregationTolerances.FrankWolfe,
            Difference = AggregationDifference.Shortest,
            WhyNotCompared = (item, _) => WhyZero(item),
        },
        _ when name.StartsWith(CagradPrefix, StringComparison.Ordinal)
            && double.TryParse(name[CagradPrefix.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out double c)
            && double.IsFinite(c) && c >= 0 => new RecordedMethod
            {
                Weigh = item => new CaGrad(c).Weigh(item.Gram),
                Tolerance = AggregationTolerances.InteriorPoint,
                Difference = (item, recorded, own) => AggregationDifference.ConflictAverse(item, c, recorded, own),
                WhyNotCompared = (item, recorded) => WhyZero(item) ?? WhyStopped(item, c, recorded),
            },
        _ => null,
    };

    /// <summary>Why a name has no method.</summary>
    /// <param name="name">As the table has it.</param>
    public static string WhyUnknown(string name) => name.StartsWith(TruncatedPrefix, StringComparison.Ordinal)
        ? "a truncated iteration, not the solution; nash_exact is compared"
        : "no method of this name is known";

    private static RecordedMethod Of(GramWeighting method, double tolerance) => new() { Weigh = item => method.Weigh(item.Gram), Tolerance = tolerance };

    private static RecordedMethod OfRegular(GramWeighting method) => new()
    {
        Weigh = item => method.Weigh(item.Gram),
        Tolerance = AggregationTolerances.Formula,
        WhyNotCompared = (item, _) => item.IsRegular ? null : "dependent gradients have no unique answer",
    };

    private static double[] PcGradOf(AggregationCase item)
    {
        GramBlock block = new(item.Gram, [.. Enumerable.Repeat(true, item.Gram.Size)]);
        return [.. new PcGrad(ProjectionSupport.Full).Combine([block], new RecordedOrder(item.Orders!)).OfBlock(0)];
    }

    private static string? WhyZero(AggregationCase item) =>
        Enumerable.Range(0, item.Gram.Size).Any(task => item.Gram.Norm(task) == 0) ? "a gradient of 0 is left out here" : null;

    /// <summary>The reference stops at a fixed share of the longest gradient; here the share is that of the gradients concerned.</summary>
    private static string? WhyStopped(AggregationCase item, double c, double[] recorded)
    {
        double[] own = new CaGrad(c).Weigh(item.Gram);
        if (Array.Exists(recorded, value => value != 0) || Array.TrueForAll(own, value => value == 0))
        {
            return null;
        }

        double[] weights = AggregationDifference.Direction(own);
        double trace = Enumerable.Range(0, item.Gram.Size).Sum(task => item.Gram[task, task]);
        double norm = Math.Sqrt(Math.Max(0, item.Gram.Quadratic(weights, weights)));
        return norm < AggregationTolerances.ReferenceStationary * Math.Sqrt(trace)
            ? "the reference takes the shortest gradients for 0"
            : null;
    }
}
