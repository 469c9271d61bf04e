namespace DriveKD.World.Roads;

/// <summary>What stands beside the road.</summary>
public enum BuildingKind
{
    /// <summary>A house.</summary>
    House,

    /// <summary>A tree.</summary>
    Tree,
}
