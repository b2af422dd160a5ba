// Data: datasets and batches of them; tables and what a network gets to see of them; text.
#pragma once

#include "descent/data/array_file.h"
#include "descent/data/batches.h"
#include "descent/data/byte_pair_tokenizer.h"
#include "descent/data/character_tokenizer.h"
#include "descent/data/collate.h"
#include "descent/data/csv.h"
#include "descent/data/data_loader.h"
#include "descent/data/dataset.h"
#include "descent/data/epoch_place.h"
#include "descent/data/features.h"
#include "descent/data/sampler.h"
#include "descent/data/split.h"
#include "descent/data/target.h"
#include "descent/data/text_file.h"
#include "descent/data/vocabulary.h"
