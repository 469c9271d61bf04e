namespace DriveKD.Models.Measurement;

/// <summary>What a measurement found.</summary>
public sealed record DeploymentFigures
{
    /// <summary>What was asked for.</summary>
    public required MeasureSettings Settings { get; init; }

    /// <summary>false where the measurement was stopped: what there was by then is here.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The device that computed: cpu or cuda:N.</summary>
    public required string Device { get; init; }

    /// <summary>How resident memory was taken.</summary>
    public required ResidentMethod ResidentMethod { get; init; }

    /// <summary>Which counters told the energy; null where none could be read.</summary>
    public required string? EnergySource { get; init; }

    /// <summary>Why there is no energy; null where there is.</summary>
    public required string? EnergyMissing { get; init; }

    /// <summary>Processes that wanted a core at the beginning, the mean of one minute: other work on the machine. Null where the system does not tell.</summary>
    public required double? LoadAverage { get; init; }

    /// <summary>The models, in the order of the folders.</summary>
    public required IReadOnlyList<ModelFigures> Models { get; init; }

    /// <summary>The first model against each other one, case by case; only cases that both answered.</summary>
    public IReadOnlyList<CaseRatios> Ratios =>
    [
        .. from other in Models.Skip(1)
           from pair in Models[0].Cases.Zip(other.Cases)
           where pair.First.IsMeasured && pair.Second.IsMeasured
           select CaseRatios.Between(Models[0].Name, pair.First, other.Name, pair.Second),
    ];
}
