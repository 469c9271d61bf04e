namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Opens a random stream at its start. The same name must give the same stream on every machine (a run's seed streams do).</summary>
/// <param name="name">What the stream is for.</param>
public delegate RandomBits RandomStreams(string name);
