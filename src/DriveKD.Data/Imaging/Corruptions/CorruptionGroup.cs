namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>DriveBench's five groups of faults.</summary>
public enum CorruptionGroup
{
    /// <summary>Brightness, low light, fog, snow, rain.</summary>
    Weather,

    /// <summary>Water and obstacles on the lens.</summary>
    External,

    /// <summary>Crashed cameras, lost frames, saturation.</summary>
    Sensor,

    /// <summary>Motion and zoom blur.</summary>
    Motion,

    /// <summary>Bit errors, colour quantisation, H.265.</summary>
    Transmission,
}
