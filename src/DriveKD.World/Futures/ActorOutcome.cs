namespace DriveKD.World.Futures;

/// <summary>What became of an actor in a rollout.</summary>
internal sealed class ActorOutcome
{
    /// <summary>Metres per second at the beginning.</summary>
    public required double StartSpeed { get; init; }

    /// <summary>Its lane at the last step that it was seen at; -1 for none.</summary>
    public required int Lane { get; set; }

    /// <summary>Metres per second at the end.</summary>
    public double EndSpeed { get; set; }

    /// <summary>-1 where it has changed to the left, 1 to the right.</summary>
    public int Change { get; set; }

    /// <summary>-1 where it has turned left at a junction, 1 right.</summary>
    public int Turn { get; set; }

    /// <summary>Whether it has walked on the road.</summary>
    public bool HasCrossed { get; set; }

    /// <summary>Metres that it has come.</summary>
    public double Metres { get; set; }
}
