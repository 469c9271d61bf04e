namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>How far a step's product is.</summary>
internal enum ProductState
{
    /// <summary>There is nothing.</summary>
    Absent,

    /// <summary>What was left of a run that was killed before it had begun; it can be cleared away.</summary>
    Remains,

    /// <summary>A run that goes on.</summary>
    Interrupted,

    /// <summary>It is whole.</summary>
    Finished,
}
