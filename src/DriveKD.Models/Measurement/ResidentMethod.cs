namespace DriveKD.Models.Measurement;

/// <summary>How the peak of resident memory is taken.</summary>
public enum ResidentMethod
{
    /// <summary>The kernel's own high-water mark (VmHWM), set back before each measurement: exact.</summary>
    HighWaterMark,

    /// <summary>Looked at every few milliseconds, where the mark cannot be set back: shorter peaks are missed.</summary>
    Sampled,
}
