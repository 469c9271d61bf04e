namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>The next 64 bits of a random stream.</summary>
public delegate ulong RandomBits();
