namespace DriveKD.Models.Measurement;

/// <summary>One model divided by another: a time below 1 is faster, a speed above 1 too.</summary>
public sealed record CaseRatios
{
    /// <summary>The model whose figures are above the line.</summary>
    public required string Of { get; init; }

    /// <summary>The model whose figures are below the line.</summary>
    public required string Against { get; init; }

    /// <summary>What both were asked.</summary>
    public required MeasureCase Case { get; init; }

    /// <summary>Ratio of the peaks of resident memory; null where one is not there.</summary>
    public required double? PeakResident { get; init; }

    /// <summary>Ratio of what tensors held.</summary>
    public required double? TensorTotal { get; init; }

    /// <summary>Ratios of answers given in turn.</summary>
    public required AnswerFigures Figures { get; init; }

    /// <summary>Divides.</summary>
    internal static CaseRatios Between(string of, CaseFigures figures, string against, CaseFigures others) => new()
    {
        Of = of,
        Against = against,
        Case = figures.Case,
        PeakResident = (double?)figures.PeakResidentBytes / others.PeakResidentBytes,
        TensorTotal = (double?)figures.Tensors?.Total / others.Tensors?.Total,
        Figures = AnswerFigures.RatiosOf(figures.Answers, others.Answers),
    };
}
