namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>What a JSON file beside the cases holds.</summary>
internal enum TableKind
{
    /// <summary>Nothing that is known.</summary>
    Unknown,

    /// <summary>Orders of units and ends of windows by grids.</summary>
    Windows,

    /// <summary>Positions by ids, masks and grids.</summary>
    Positions,

    /// <summary>What was checked of the cases when they were recorded.</summary>
    Checks,

    /// <summary>A config.json as the reference writes it.</summary>
    Config,

    /// <summary>Names of tensors as the reference writes them.</summary>
    TensorNames,

    /// <summary>A case whose checkpoint is not there.</summary>
    Case,

    /// <summary>No JSON object.</summary>
    Broken,
}
