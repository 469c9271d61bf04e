namespace DriveKD.Cli.Commands.Corrupting;

/// <summary>In which form corrupted pictures are written.</summary>
internal enum PictureForm
{
    /// <summary>JPEG for JPEG, PNG for everything else.</summary>
    Auto,

    /// <summary>PNG, without loss.</summary>
    Png,

    /// <summary>JPEG.</summary>
    Jpeg,
}
