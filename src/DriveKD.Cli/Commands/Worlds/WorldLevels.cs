using DriveKD.Runs.Recipes;
using DriveKD.World.Scenes;

namespace DriveKD.Cli.Commands.Worlds;

/// <summary>A recipe's level as the world's settings.</summary>
internal static class WorldLevels
{
    /// <summary>What scenes of a level are drawn from.</summary>
    public static WorldSettings Settings(WorldLevel level) => new()
    {
        Difficulty = level switch
        {
            WorldLevel.Lesson => Difficulty.Lesson,
            WorldLevel.Road => Difficulty.Road,
            WorldLevel.Town => Difficulty.Town,
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "unknown level"),
        },
    };
}
