namespace DriveKD.World.Rendering;

/// <summary>What a <see cref="BirdsEyeView"/> shows.</summary>
public sealed record BirdsEyeSettings
{
    /// <summary>Pixels per side; 64 to 8192.</summary>
    public int Size { get; init; } = 640;

    /// <summary>Metres from one side to the other; 5 to 2000.</summary>
    public double Metres { get; init; } = 80;

    /// <summary>Whether up is where ego looks; otherwise it is north.</summary>
    public bool IsTurnedWithEgo { get; init; } = true;

    /// <summary>How far behind the middle ego stands, as a share of the side; -0.5 to 0.5.</summary>
    public double EgoBehindMiddle { get; init; } = 0.2;

    /// <summary>Whether actors carry their ids.</summary>
    public bool HasLabels { get; init; } = true;
}
