namespace DriveKD.Models.Tests.Support;

/// <summary>Tests of the whole process's memory: while they run no other test does, which would take and free some of it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessMemory
{
    /// <summary>What <see cref="CollectionAttribute"/> takes.</summary>
    public const string Name = "memory of the process";
}
